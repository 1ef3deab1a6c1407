# SPDX-License-Identifier: GPL-2.0-or-later
"""What a capture point may do to a connection: copy, delay, swap, cut, or leave out segments.

A transform takes a Case and yields (what was done, in words; what is captured then), as often as
there are ways to do it. What is captured is a list of (place in the untouched capture, Packet) in
the order of the file. NotApplicable says why a case cannot be transformed so.
"""

import dataclasses

import packet

NS_PER_US, NS_PER_MS, NS_PER_S = 1_000, 1_000_000, 1_000_000_000
COPY_DELAY = 2 * NS_PER_US
STEP_BACK = NS_PER_S
FASTER = 10
TIME_WAIT = 60 * NS_PER_S
SNAP_LENGTH = 96

TRANSFORMS = {}


class NotApplicable(Exception):
    """Why a transform would not be true to what a capture point does to this case."""


def transform(name):
    """Enter a function under the name of its transform."""
    def enter(function):
        TRANSFORMS[name] = function
        return function
    return enter


def numbered(case):
    """The untouched capture."""
    return list(enumerate(case.packets))


def gap_after(case, place):
    """The time from a segment to the next one in the file, 0 where the clock steps back."""
    if place + 1 == len(case.packets):
        return NS_PER_S
    return max(case.packets[place + 1].time - case.packets[place].time, 0)


def copied(case, *changes):
    """Each packet once for each of the changes, before the next one comes."""
    frames = []
    for place, original in numbered(case):
        delay = min(COPY_DELAY, gap_after(case, place) // (len(changes) + 1))
        frames += [(place, change(original).at(original.time + number * delay))
                   for number, change in enumerate(changes)]
    return frames


def unchanged(original):
    """The packet as it is."""
    return original


@transform("copies")
def exact_copies(case):
    """Each packet twice, as from a mirror port that shows what comes in and what goes out."""
    yield "", copied(case, unchanged, unchanged)


@transform("router")
def router_copies(case):
    """Each packet on both sides of a router."""
    yield "", copied(case, unchanged, packet.routed)


@transform("any")
def three_interfaces(case):
    """Each packet on three interfaces of a host with a bridge."""
    yield "", copied(case, lambda found: packet.as_cooked(found, 7, 0),
                     lambda found: packet.as_cooked(found, 3, 0),
                     lambda found: packet.as_cooked(found, 2, 4))


def bursts(case):
    """The places of the packets that follow each other in one direction within 1 ms."""
    found = [[0]]
    for place in range(1, len(case.packets)):
        if is_answer(case, place - 1, place) or gap_after(case, place - 1) > NS_PER_MS:
            found.append([])
        found[-1].append(place)
    return found


@transform("bursts")
def copied_bursts(case):
    """Each burst of one direction on both sides of a router that first takes it in as a whole. If
    no two packets follow each other in one direction, these are the copies of a router.
    """
    case = fast(case)
    found = bursts(case)
    if len(found) == len(case.packets):
        return
    frames = []
    for places in found:
        frames += [(place, case.packets[place]) for place in places]
        last = case.packets[places[-1]].time
        delay = min(COPY_DELAY, gap_after(case, places[-1]) // (len(places) + 1))
        frames += [(place, packet.routed(case.packets[place]).at(last + number * delay))
                   for number, place in enumerate(places, 1)]
    yield "", frames


@transform("vlan")
def vlan_and_untagged(case):
    """Each packet with and without a VLAN tag."""
    yield "", copied(case, lambda found: packet.as_ethernet(found, 100), packet.as_ethernet)


def in_time_order(case):
    """The packets, which have to be in the order of their times."""
    times = [found.time for found in case.packets]
    if times != sorted(times):
        raise NotApplicable("its times are not in order")
    return numbered(case)


def is_answer(case, one, other):
    """Whether two segments go in different directions."""
    return case.packets[one].ends != case.packets[other].ends


@transform("both-ends")
def both_views(case):
    """The captures of both ends in one: each packet where it is sent and where it arrives.

    A packet may travel no longer than half the shortest time in which one end answered the other.
    """
    frames = in_time_order(case)
    delay = min([NS_PER_MS, *(time // 2 for time in answer_times(case))]) - 1
    if delay <= 0:
        raise NotApplicable("an answer came at once")
    near = case.packets[0].ends
    merged = []
    for place, found in frames:
        elsewhere = found.time + delay if found.ends == near else found.time - delay
        views = sorted([found.time, elsewhere])
        merged += [(place, found.at(views[0])), (place, packet.routed(found).at(views[1]))]
    yield "", sorted(merged, key=lambda frame: frame[1].time)


def only(case, wanted):
    """What a capture filter lets through."""
    return [frame for frame in numbered(case) if wanted(frame[1])]


@transform("sfr")
def only_marked_flags(case):
    """Only segments with SYN, FIN or RST."""
    yield "", only(case, lambda found: found.flags & (packet.SYN | packet.FIN | packet.RST))


@transform("no-acks")
def no_pure_acks(case):
    """No segments that only acknowledge."""
    marked = packet.SYN | packet.FIN | packet.RST
    yield "", only(case, lambda found: found.payload > 0 or found.flags & marked
                   or not found.flags & packet.ACK)


@transform("gap")
def without_transfer(case):
    """Nothing between the handshake and the first FIN or, where there is none, the first RST."""
    gone = set()
    for row in range(len(case.rows)):
        frames = case.row_frames(row)
        opened = [place for place in frames if case.facts[place].handshake_step == 3]
        ends = [place for place in frames if case.facts[place].is_fin] or [
            place for place in frames if case.facts[place].is_rst]
        if opened and ends:
            gone.update(place for place in frames if opened[0] < place < ends[0])
    yield "", [frame for frame in numbered(case) if frame[0] not in gone]


@transform("drop")
def one_missing(case):
    """Each packet missing in turn."""
    for missing in range(len(case.packets)):
        yield (f"frame {missing + 1}",
               [frame for frame in numbered(case) if frame[0] != missing])


def answer_times(case):
    """How long each answer that stands next to what it answers took."""
    return sorted(gap_after(case, place) for place in range(len(case.packets) - 1)
                  if is_answer(case, place, place + 1))


def fast(case):
    """The case as a network shows it on which most answers take less than a capture point's delay.

    A slower one is made ten times faster: order and numbers remain, and they decide. But a pause
    that is long enough for TIME-WAIT to run out remains one.
    """
    times = answer_times(case)
    first, last = case.packets[0].time, case.packets[-1].time
    if not times or times[len(times) // 2] <= NS_PER_MS or last - first >= TIME_WAIT:
        return case
    return dataclasses.replace(case, packets=[found.at(first + (found.time - first) // FASTER)
                                              for found in case.packets])


@transform("fast")
def faster(case):
    """A faster network."""
    yield "", numbered(fast(case))


@transform("late-1ms")
def one_direction_late(case):
    """The packets of either direction 1 ms late, in the order of these times."""
    frames = in_time_order(fast(case))
    for late in dict.fromkeys(found.ends for found in case.packets):
        moved = [(place, found.at(found.time + NS_PER_MS) if found.ends == late else found)
                 for place, found in frames]
        yield (f"what port {late[0][1]} sends",
               sorted(moved, key=lambda frame: frame[1].time))


def swappable(case, place):
    """Whether a packet and the next one are an answer apart, and 1 ms at most."""
    return (place + 1 < len(case.packets) and is_answer(case, place, place + 1)
            and gap_after(case, place) <= NS_PER_MS)


@transform("swap")
def neighbours_swapped(case):
    """Neighbours within 1 ms swapped between the directions: each pair, and all pairs at once."""
    case = fast(case)
    pairs = [place for place in range(len(case.packets)) if swappable(case, place)]
    together = []
    for place in pairs:
        yield f"frames {place + 1} and {place + 2}", swapped(case, [place])
        if not together or place > together[-1] + 1:
            together.append(place)
    if len(together) > 1:
        yield "all pairs", swapped(case, together)


def swapped(case, places):
    """The capture with the packets at these places behind their successors."""
    frames = numbered(case)
    for place in places:
        frames[place], frames[place + 1] = frames[place + 1], frames[place]
    return frames


@transform("synack-first")
def synack_before_syn(case):
    """Each SYN-ACK directly before the SYN that it answers, if its sender sent nothing between."""
    frames = numbered(case)
    for place, answer in numbered(case):
        if not case.facts[place].is_synack:
            continue
        asked = [at for at in range(place) if case.facts[at].is_syn and is_answer(case, at, place)
                 and (answer.numbers[1] - case.packets[at].numbers[0]) % 2**32
                 in (1, 1 + case.packets[at].payload)]
        if asked and all(is_answer(case, at, place) for at in range(asked[-1], place)):
            moved = frames.pop(next(at for at, frame in enumerate(frames) if frame[0] == place))
            before = next(at for at, frame in enumerate(frames) if frame[0] == asked[-1])
            frames.insert(before, moved)
    yield "", frames


def with_times(case, change):
    """The capture with other times: change(place, time)."""
    return [(place, found.at(change(place, found.time))) for place, found in numbered(case)]


@transform("milliseconds")
def times_in_milliseconds(case):
    """Times without what is finer than a millisecond."""
    yield "", with_times(case, lambda _, time: time // NS_PER_MS * NS_PER_MS)


@transform("seconds")
def times_in_seconds(case):
    """Times without what is finer than a second."""
    yield "", with_times(case, lambda _, time: time // NS_PER_S * NS_PER_S)


@transform("step-back")
def clock_steps_back(case):
    """A clock that is set back by a second, at one place or another."""
    count = len(case.packets)
    for place in sorted({1, count // 2, count - 1} & set(range(1, count))):
        yield (f"before frame {place + 1}",
               with_times(case, lambda at, time, place=place:
                          time - STEP_BACK if at >= place else time))


@transform("snap-length")
def cut_off(case):
    """Only the first bytes of each frame."""
    yield "", [(place, packet.cut(found, SNAP_LENGTH)) for place, found in numbered(case)]


def variations(case, name):
    """(what was done, what is captured then) for each way in which a transform changes a case."""
    return [(what, frames) for what, frames in TRANSFORMS[name](case)
            if [found for _, found in frames] != case.packets]
