-- SPDX-License-Identifier: GPL-2.0-or-later
-- For tshark.py: which frames each of many display filters finds, in one run of tshark.
--
-- The argument names a file with one filter a line. For each it prints one line: the numbers of the
-- frames, or "! " and why the filter is wrong.
local results = {}

local function watch(filter)
    local frames = {}
    local tap = Listener.new("frame", filter)
    function tap.packet(pinfo)
        frames[#frames + 1] = pinfo.number
    end
    return frames
end

for filter in io.lines((...)) do
    local good, result = pcall(watch, filter)
    if not good then
        result = {"!", (result:gsub("^%S+:%d+: ", ""):gsub("\n", " "))}
    end
    results[#results + 1] = result
end

local at_the_end = Listener.new("frame")
function at_the_end.draw()
    for _, result in ipairs(results) do
        print(table.concat(result, " "))
    end
end
