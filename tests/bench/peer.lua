-- SPDX-License-Identifier: GPL-2.0-or-later
-- What peer.c does, in Lua: the phase, by flags alone, and what the flags mean. For bench.py.
local FIN, SYN, RST, ACK = 1, 2, 4, 16
local HANDSHAKE, DATA, TEARDOWN, RESET = 1, 2, 3, 4

local peer = Proto("peer", "Phase by fields of TCP")
local phase_field = ProtoField.uint8("peer.phase", "Phase", base.DEC, {
    [HANDSHAKE] = "Handshake", [DATA] = "Data transfer", [TEARDOWN] = "Teardown", [RESET] = "Reset"})
local meaning_field = ProtoField.string("peer.meaning", "Meaning")
peer.fields = {phase_field, meaning_field}

local stream_of, flags_of = Field.new("tcp.stream"), Field.new("tcp.flags")
local streams, frames -- how far each stream has come; what each frame shows

function peer.init()
    streams, frames = {}, {}
end

local function has(flags, flag)
    return flags % (2 * flag) >= flag
end

local function next_phase(stream, flags)
    local come = streams[stream]
    if not come or has(flags, SYN) then
        come = {}
        streams[stream] = come
    end
    come.closing = come.closing or has(flags, FIN)
    local phase = DATA
    if has(flags, RST) then
        phase = RESET
    elseif come.closing then
        phase = TEARDOWN
    elseif not come.shaken then
        phase = HANDSHAKE
    end
    come.shaken = come.shaken or not has(flags, SYN)
    return phase
end

local function meaning_of(flags)
    if has(flags, RST) then
        return "RST: the connection ends at once"
    elseif has(flags, SYN) then
        return has(flags, ACK) and "SYN, ACK: the connection may be opened"
            or "SYN: a connection is asked for"
    end
    return has(flags, FIN) and "FIN: nothing more will be sent"
        or "ACK: what came before has arrived"
end

-- Find out what the frame shows, and keep it. With two passes, there are no fields on the first.
local function take(number)
    local stream, flags = stream_of(), flags_of()
    if stream and flags then
        frames[number] = {next_phase(stream.value, flags.value), meaning_of(flags.value)}
    end
end

function peer.dissector(_, pinfo, tree)
    if not frames[pinfo.number] then
        take(pinfo.number)
    end
    local shown = frames[pinfo.number]
    if shown then
        local below = tree:add(peer)
        below:add(phase_field, shown[1]):set_generated()
        below:add(meaning_field, shown[2]):set_generated()
    end
end

register_postdissector(peer)
