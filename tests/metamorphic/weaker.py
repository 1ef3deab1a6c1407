# SPDX-License-Identifier: GPL-2.0-or-later
"""Which verdicts of a transformed capture are weaker than that of the untouched one, not wrong.

A capture point that copies, delays, reorders or cuts hides at most why something happened: values
may become "Unknown" or less exact, and that is all. One that leaves packets out may hide more, and
what it may hide follows from what these packets were. Each rule stands here as a function: it
yields the values that are weaker than `before`, or ANY where what decided is not captured.
"""

import verdicts

SAME, WEAKER, ANOTHER = "same", "weaker", "another"
ANY = object()

LESS_EXACT = {
    "closed_by": {}, "reset_by": {}, "outcome": {},
    "reset_reason": {"Abort with unread data": {"Abort"}, "Timeout": {"Abort"}},
    "handshake": {}, "client_state": {}, "server_state": {},
    "ecn": {"Classic ECN": {"Looks classic"}, "AccECN": {"Looks AccECN"}}}
NOTHING = {
    "outcome": set(), "closed_by": {None}, "reset_by": {None}, "reset_reason": {None, "Unknown"},
    "handshake": {None, "Not captured"}, "ecn": {"Unknown"}, "client_state": {"Unknown"},
    "server_state": {"Unknown"}}

# A FIN is not in sequence while data before it are missing: its receiver stays where it was.
BEFORE_FIN = {"CLOSE-WAIT": "ESTABLISHED", "CLOSING": "FIN-WAIT-1", "TIME-WAIT": "FIN-WAIT-2"}
WITHOUT_RST = {"Orphan": {"Open"},
               "Reset": {"Open", "Half-closed", "Closed", "Half-open", "Unanswered"},
               "Refused": {"Unanswered"}}


def weaker_outcomes(before, loss):
    """Of what is left, another outcome may be all that can be known."""
    if loss.only("is_syn"):
        yield "Unanswered"
    if loss.only("is_syn", "is_synack") and loss.has("is_synack"):
        yield "Half-open"
    if loss.only("is_rst", "is_synack") and loss.has("is_rst"):
        yield from ("Orphan", "Reset", "Refused")
    if loss.only("is_fin"):
        yield "Orphan"
    if loss.lost("is_fin") and before == "Closed":
        yield "Half-closed"
    # A FIN that was damaged, or not captured, shows in what is sent and acknowledged behind it.
    opens = bool(loss.missing) and before in ("Closed", "Half-closed") and not loss.has("closes")
    if opens:
        yield "Open"
    if loss.fin_ack_lost and before == "Closed":
        yield "Half-closed"
    # Without its RST, the ACK of a scanner looks like one of a connection.
    if loss.lost("is_rst"):
        yield from WITHOUT_RST.get(before, ())
    if loss.third_step_lost and (before == "Open" or opens):
        yield "Half-open"
    if loss.lost("is_syn") and before == "Refused":
        yield from ("Orphan", "Reset")
    if loss.reset in loss.gone and loss.has("is_rst") and before == "Refused":
        yield "Reset"
    # A late segment draws a RST from an end that is closed: it counts where the close is not seen.
    if (loss.lost("is_fin") or loss.fin_ack_lost) and loss.has("is_rst"):
        yield "Reset"


def weaker_closed_by(before, loss):
    """The first FIN that is left is the other end's; or a FIN closes that a RST had forestalled.
    Of two that crossed each is the first.
    """
    if loss.first_fin_lost or loss.lost("is_rst") or (before == "Both" and loss.lost("is_fin")):
        yield ANY


def weaker_reset_by(_, loss):
    """Another RST is the first that counts."""
    if loss.reset in loss.gone:
        yield ANY


def weaker_reset_reason(before, loss):
    """What told why is gone: the segment that was answered, the close, or the resetting end's ACK.
    """
    yield from weaker_reset_by(before, loss)
    if loss.trigger in loss.gone:
        yield "Abort"
    if before == "Data after close" and (loss.lost("is_fin") or loss.lost("is_rst")):
        yield "Half-open connection"
    if (before == "Abort" and loss.reset is not None
            and loss.lost_from(loss.case.facts[loss.reset].direction)):
        yield "Abort with unread data"


def weaker_handshakes(before, loss):
    """A step is gone. That it was taken shows in a FIN, if in nothing else."""
    if loss.third_step_lost and not loss.has("closes") and before == "Completed":
        yield "Unfinished"
    if loss.only("is_syn", "is_synack"):
        yield "Unfinished" if loss.has("is_synack") else "Unanswered"
    if loss.lost("is_synack") and not loss.has("is_synack"):
        yield "Unanswered"
    if loss.lost("is_rst") and before == "Refused":
        yield from ("Unanswered", "Unfinished")
    # What came behind the RST may have been a step but for that.
    if loss.reset in loss.gone and before == "Unfinished":
        yield "Completed"


def weaker_ecn(before, loss):
    """The answer is gone, or the offer that was not repeated. If others are left that say something
    else, they decide, and of several answers the one that the third step acknowledges. Where offer
    and answer together mean that there is no ECN, one of them alone does not tell, and what comes
    later may look like ECN.
    """
    if not loss.has("is_answer") and loss.has("is_syn"):
        yield "Offered"
    if loss.syn_lost_before and before == "Fallback":
        yield "Not offered"
    if loss.lost_of_several("is_syn") or loss.lost_of_several("is_synack"):
        yield ANY
    if loss.third_step_lost and loss.differ("is_synack"):
        yield ANY
    if loss.lost("is_synack") and before == "Broken":
        yield "Not offered"
    if (loss.lost("is_syn") or loss.lost("is_synack")) and before in ("Broken", "Refused"):
        yield from ("Looks classic", "Looks AccECN")


def weaker_states(before, loss):
    """What moved an end is gone, or data in front of a FIN."""
    if any(facts.changed or facts.is_syn or facts.is_synack or facts.is_fin or facts.is_rst
           for facts in loss.missing):
        yield ANY
    if loss.data_before_fin_lost and before in BEFORE_FIN:
        yield BEFORE_FIN[before]


WHERE_PACKETS_ARE_GONE = {
    "outcome": weaker_outcomes, "closed_by": weaker_closed_by, "reset_by": weaker_reset_by,
    "reset_reason": weaker_reset_reason, "handshake": weaker_handshakes, "ecn": weaker_ecn,
    "client_state": weaker_states, "server_state": weaker_states}


def fair(name, before, loss):
    """All values of a column that are weaker than the value `before`."""
    found = NOTHING[name] | LESS_EXACT[name].get(before, set())
    if loss.anything_gone:
        found |= set(WHERE_PACKETS_ARE_GONE[name](before, loss))
    # As if what the RST answers were not there.
    if name == "reset_reason" and loss.trigger_behind:
        found |= {"Abort"}
    # What the untouched capture leaves open by its order, another order may not, nor less of it.
    if name == "reset_reason" and before == "Unknown" and (loss.anything_gone
                                                           or loss.in_other_order):
        found |= {ANY}
    # The order of two directions is that of the capture point: either RST may be the first.
    if name in ("reset_by", "reset_reason") and loss.overtaken_reset:
        found |= {ANY}
    return found


def kept(losses):
    """The connections that are left, each with whether it may look like a part of the one before.

    It may if nothing shows that it is another one: neither a SYN nor a SYN-ACK, or only a SYN like
    that of an attempt whose refusal is gone.
    """
    before = None
    for loss in losses:
        if not loss.left:
            continue
        unopened = not (loss.has("is_syn") or loss.has("is_synack"))
        again = (before and before.lost("is_rst") and not before.has("is_rst")
                 and before.opening_number == loss.opening_number)
        yield loss, bool(before and (unopened or again))
        before = loss


def roles_may_change(loss):
    """Who is the client is a guess where no SYN was captured, and goes by order where both ends
    open the connection.
    """
    return loss.both_opened or not (loss.has("is_syn") or loss.has("is_synack"))


def compare(before, after, loss):
    """{what differs: (value before, value after, WEAKER or ANOTHER)} of two verdicts."""
    found = {}
    if after.client != before.client:
        found["roles"] = ("client " + str(before.client[1]), "client " + str(after.client[1]),
                          WEAKER if roles_may_change(loss) else ANOTHER)
        after = after.facing(before.client)
    for name in verdicts.COMPARED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            values = fair(name, old, loss)
            found[name] = (old, new, WEAKER if ANY in values or new in values else ANOTHER)
    # A reset that takes the place of an outcome has a sender and a reason.
    if "outcome" in found and found["outcome"][2] == WEAKER and after.outcome == "Reset":
        for name in ("reset_by", "reset_reason"):
            if name in found:
                found[name] = (*found[name][:2], WEAKER)
    for name in sorted(before.anomalies ^ after.anomalies):
        found[name] = (name if name in before.anomalies else None,
                       name if name in after.anomalies else None,
                       WEAKER if name in before.anomalies else ANOTHER)
    return found


def worst(found):
    """What a row is by all that differs in it."""
    results = [result for _, _, result in found.values()]
    return ANOTHER if ANOTHER in results else WEAKER if results else SAME
