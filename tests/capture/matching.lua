-- SPDX-License-Identifier: GPL-2.0-or-later
-- For tshark.py: list the frames that match each of many display filters, in one run of tshark.
--
-- The argument is the name of a file with one filter per line. For each filter, print one line: the
-- numbers of the matching frames, or "! " and the error.
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
