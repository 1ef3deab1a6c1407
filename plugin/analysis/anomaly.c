/* anomaly.c
 * What is not as it should be: odd flags, segments without a connection, one-sided captures, and
 * what only the whole analysis of a segment tells.
 *
 * Knows: what the segment showed. Does not know: how an anomaly is displayed. Moves nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

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
static bool flags_are_ordinary(const segment_t *segment)
{
    return (segment->flags & ~harmless_flags) == TCP_FLAG_ACK &&
           (!segment_has(segment, TCP_FLAG_PSH) || segment->payload_len > 0);
}

static void raise_of_flags(analysis_t *analysis)
{
    anomaly_set_t *set = &analysis->out->anomalies;
    const segment_t *segment = analysis->segment;

    for (size_t i = 0; i < sizeof odd_flags / sizeof odd_flags[0]; i++)
        if ((segment->flags & odd_flags[i].mask) == odd_flags[i].set) {
            anomaly_raise(set, odd_flags[i].anomaly);
            return;
        }
    if (!segment_has_any(segment, TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_ACK) &&
        tcp_state_synchronized(analysis->previous[!analysis->side]))
        anomaly_raise(set, ANOMALY_NO_ACK);
    else if (pushes_nothing(segment))
        anomaly_raise(set, ANOMALY_PSH_NO_DATA);
    else if (segment->flags & ~TCP_FLAGS_ALL)
        anomaly_raise(set, ANOMALY_RESERVED_BITS);
}

/* -- Beginning --------------------------------------------------------------------------------- */

/* Nothing was known of the 4-tuple before. */
static void raise_of_beginning(analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    anomaly_set_t *set = &analysis->out->anomalies;

    if (!connection->begun || segment_has(analysis->segment, TCP_FLAG_FIN))
        anomaly_raise(set, ANOMALY_ORPHAN);
    if (!connection->begun || !connection->midstream)
        return;
    if (segment_has(analysis->segment, TCP_FLAG_SYN))
        anomaly_raise(set, ANOMALY_SYNACK_UNSOLICITED);
    else
        anomaly_raise(set, ANOMALY_MIDSTREAM);
}

/* -- What the analysis has found --------------------------------------------------------------- */

/* An ACK of more than the receiver was seen sending may be of data that were not captured. */
static void raise_of_handshake_ack(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;
    const bool of_uncaptured_data = analysis->out->kind != SEGMENT_SYN_ACK &&
                                    seq_after(ack, receiver->snd_nxt) &&
                                    (!sender->edge_known || !seq_after(ack, sender->right_edge));

    anomaly_raise_if_assumed(&analysis->out->anomalies, ANOMALY_BAD_HANDSHAKE_ACK,
                             of_uncaptured_data);
}

/* The sender's RST did not end it: it was not its own. */
static void raise_of_revival(analysis_t *analysis)
{
    if (analysis->revived_from == ENDED_BY_OWN_RST && analysis->segment->payload_len > 0)
        anomaly_raise(&analysis->out->anomalies, ANOMALY_DATA_AFTER_RESET);
}

/* Data or FIN, not even with ACK, where the handshake is still going on. */
static void raise_without_ack(analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;

    if (analysis->standing.following_phase != PHASE_HANDSHAKE ||
        segment_has_any(segment, TCP_FLAG_ACK | TCP_FLAG_SYN | TCP_FLAG_RST))
        return;
    if (segment_has(segment, TCP_FLAG_FIN))
        anomaly_raise(&analysis->out->anomalies, ANOMALY_FIN_BEFORE_ESTABLISHED);
    else if (segment->payload_len > 0)
        anomaly_raise(&analysis->out->anomalies, ANOMALY_DATA_BEFORE_ESTABLISHED);
}

static void raise_of_time_wait(analysis_t *analysis)
{
    const observation_t *out = analysis->out;

    for (unsigned i = 0; i < out->move_count; i++)
        if (out->moves[i].from == STATE_TIME_WAIT && out->moves[i].event == EVENT_RECEIVE_RST)
            anomaly_raise(&analysis->out->anomalies, ANOMALY_RST_IN_TIME_WAIT);
}

void anomalies_finish(analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    observation_t *out = analysis->out;

    if (analysis->damaged)
        return;
    if (!flags_are_ordinary(analysis->segment)) {
        raise_of_flags(analysis);
        raise_without_ack(analysis);
        if (segment_has(analysis->segment, TCP_FLAG_RST))
            raise_of_time_wait(analysis);
    }
    if (!analysis->standing.begun)
        raise_of_beginning(analysis);
    if (out->handshake.ack_judged && !out->handshake.ack_ok)
        raise_of_handshake_ack(analysis);
    if (connection->roles == ROLES_BY_SIMULTANEOUS_OPEN &&
        analysis->standing.roles != ROLES_BY_SIMULTANEOUS_OPEN)
        anomaly_raise(&out->anomalies, ANOMALY_SIMULTANEOUS_OPEN);
    if (analysis->revived_from != ENDED_NOT)
        raise_of_revival(analysis);
}
