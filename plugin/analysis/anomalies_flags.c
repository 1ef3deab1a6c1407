/* anomalies_flags.c
 * Anomalies of the flags, segments without a connection, and what only the whole analysis of a
 * segment tells.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "anomalies.h"

#include "round_trip.h"

/* -- Flags ------------------------------------------------------------------------------------- */

/* The first row that fits is the most specific: `set` of the flags in `mask` are set. */
static const struct {
    uint16_t mask;
    uint16_t set;
    anomaly_t anomaly;
} odd_flags[] = {
    {TCP_FLAGS_ALL, 0, ANOMALY_NULL_FLAGS},
    {TCP_FLAG_SYN | TCP_FLAG_FIN, TCP_FLAG_SYN | TCP_FLAG_FIN, ANOMALY_SYN_FIN},
    {TCP_FLAG_SYN | TCP_FLAG_RST, TCP_FLAG_SYN | TCP_FLAG_RST, ANOMALY_SYN_RST},
    {TCP_FLAG_FIN | TCP_FLAG_RST, TCP_FLAG_FIN | TCP_FLAG_RST, ANOMALY_FIN_RST},
    {TCP_FLAG_FIN | TCP_FLAG_PSH | TCP_FLAG_URG | TCP_FLAG_ACK,
     TCP_FLAG_FIN | TCP_FLAG_PSH | TCP_FLAG_URG, ANOMALY_XMAS},
    {TCP_FLAG_FIN | TCP_FLAG_ACK, TCP_FLAG_FIN, ANOMALY_FIN_WITHOUT_ACK},
    {TCP_FLAG_SYN | TCP_FLAG_URG, TCP_FLAG_SYN | TCP_FLAG_URG, ANOMALY_SYN_URG},
};

static const uint16_t harmless_flags = TCP_FLAG_PSH | TCP_FLAG_ECE | TCP_FLAG_CWR | TCP_FLAG_AE;

/* A fragment may have its data elsewhere, and a FIN hands over all that came before it. */
static bool pushes_nothing(const segment_t *segment)
{
    return segment_has(segment, TCP_FLAG_PSH) && segment->payload_len == 0 &&
           segment->payload_known && !segment_has(segment, TCP_FLAG_FIN);
}

/* Nearly all segments have ACK, perhaps with PSH and ECN's bits, and need no look at the table. */
static bool flags_are_usual(const segment_t *segment)
{
    return (segment->flags & ~harmless_flags) == TCP_FLAG_ACK &&
           (!segment_has(segment, TCP_FLAG_PSH) || segment->payload_len > 0);
}

static void find_odd_flags(const analysis_t *analysis, const findings_t *found, anomaly_set_t *set)
{
    const segment_t *segment = analysis->segment;

    if (found->compared.kind == SEGMENT_SYN_ACK && segment_has(segment, TCP_FLAG_FIN))
        return; /* of Fast Open */
    for (size_t i = 0; i < sizeof odd_flags / sizeof odd_flags[0]; i++)
        if ((segment->flags & odd_flags[i].mask) == odd_flags[i].set) {
            anomaly_raise(set, odd_flags[i].anomaly);
            return;
        }
    if (!segment_has_any(segment, TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_ACK) &&
        tcp_state_synchronized(found->before.state[!analysis->side]))
        anomaly_raise(set, ANOMALY_NO_ACK);
    else if (pushes_nothing(segment))
        anomaly_raise(set, ANOMALY_PSH_NO_DATA);
    else if (segment->flags & ~TCP_FLAGS_ALL)
        anomaly_raise(set, ANOMALY_RESERVED_BITS);
}

/* Data or FIN, not even with ACK, where the handshake is still going on. When the SYN-ACK is there,
 * the third step may just not have been captured; and what does not stand behind its sender's SYN
 * may come after what ended the attempt. */
static void find_without_ack(const analysis_t *analysis, const before_t *before, anomaly_set_t *set)
{
    const segment_t *segment = analysis->segment;
    const endpoint_t *sender = analysis->sender;
    const bool answered = sender->synack_sent || analysis->receiver->synack_sent;
    const bool foreign = sender->isn_known && segment->seq != sender->snd_nxt;

    if (before->status.phase != PHASE_HANDSHAKE ||
        segment_has_any(segment, TCP_FLAG_ACK | TCP_FLAG_SYN | TCP_FLAG_RST))
        return;
    if (segment_has(segment, TCP_FLAG_FIN))
        anomaly_raise_if_assumed(set, ANOMALY_FIN_BEFORE_ESTABLISHED, answered || foreign);
    else if (segment->payload_len > 0)
        anomaly_raise_if_assumed(set, ANOMALY_DATA_BEFORE_ESTABLISHED, answered || foreign);
}

/* -- Beginning --------------------------------------------------------------------------------- */

/* Nothing was known of the 4-tuple before. */
static void find_of_beginning(const analysis_t *analysis, anomaly_set_t *set)
{
    const connection_t *connection = analysis->connection;

    if (!connection->begun || segment_has(analysis->segment, TCP_FLAG_FIN))
        anomaly_raise(set, ANOMALY_ORPHAN);
    if (!connection->begun || !connection->beginning.midstream)
        return;
    if (segment_has(analysis->segment, TCP_FLAG_SYN))
        anomaly_raise(set, ANOMALY_SYNACK_UNSOLICITED);
    else
        anomaly_raise(set, ANOMALY_MIDSTREAM);
}

/* -- What the analysis has found --------------------------------------------------------------- */

/* An ACK of more than the receiver was seen sending may be of data that were not captured, and a
 * SYN-ACK may answer another SYN that was not, unless it repeats the very number of this one. Data
 * are no third step if that was not captured: what they acknowledge may then be anything old.
 * Whoever has sent the SYN more than once may have got another SYN-ACK than the one captured. */
static void find_bad_handshake_ack(const analysis_t *analysis, anomaly_set_t *set)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t ack = analysis->segment->ack;
    const bool of_uncaptured_data = seq_after(ack, analysis->receiver->snd_nxt) &&
                                    (!sender->edge_known || !seq_after(ack, sender->right_edge));

    const bool of_other_syn =
        segment_has(analysis->segment, TCP_FLAG_SYN) && ack != analysis->receiver->isn;

    const bool behind_third_step = segment_len(analysis->segment) > 0 &&
                                   !segment_has(analysis->segment, TCP_FLAG_SYN) &&
                                   seq_before(ack, analysis->receiver->isn);

    anomaly_raise_if_assumed(set, ANOMALY_BAD_HANDSHAKE_ACK,
                             of_uncaptured_data || of_other_syn || behind_third_step ||
                                 sender->state == STATE_SYN_SENT || sender->syn.count > 1);
}

static void find_end_of_time_wait(const moves_t *moves, anomaly_set_t *set)
{
    for (unsigned i = 0; i < moves->count; i++)
        if (moves->move[i].from == STATE_TIME_WAIT && moves->move[i].event == EVENT_RECEIVE_RST)
            anomaly_raise(set, ANOMALY_RST_IN_TIME_WAIT);
}

/* The sender's last RST has the number of an abort. With another one it was forged, or the capture
 * lacks what was before it. Without ACK bit it may answer an ACK, and has then perhaps overtaken
 * what its sender had on the way. */
static bool seems_to_abort(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return sender->rst_is_next &&
           ((sender->rst.flags & TCP_FLAG_ACK) || round_trip_passed(analysis, sender->rst.when));
}

void anomalies_finish(const analysis_t *analysis, const findings_t *found,
                      const handshake_facts_t *handshake, anomaly_set_t *set)
{
    const segment_t *segment = analysis->segment;
    const before_t *before = &found->before;

    if (found->judged.damaged)
        return;
    if (!flags_are_usual(segment)) {
        find_odd_flags(analysis, found, set);
        find_without_ack(analysis, before, set);
        if (segment_has(segment, TCP_FLAG_RST))
            find_end_of_time_wait(analysis_moves(analysis), set);
    }
    if (!before->begun)
        find_of_beginning(analysis, set);
    if (handshake->ack_judged && !handshake->ack_ok && !found->judged.accepted)
        find_bad_handshake_ack(analysis, set);
    if (analysis->connection->roles == ROLES_BY_SIMULTANEOUS_OPEN &&
        before->status.roles != ROLES_BY_SIMULTANEOUS_OPEN)
        anomaly_raise(set, ANOMALY_SIMULTANEOUS_OPEN);
    if (found->shown.revived_from == ENDED_BY_OWN_RST && segment->payload_len > 0 &&
        seems_to_abort(analysis))
        anomaly_raise(set, ANOMALY_DATA_AFTER_RESET);
}
