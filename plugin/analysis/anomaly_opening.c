/* anomaly_opening.c
 * What is not as it should be in a handshake, and SYNs where no handshake should be.
 *
 * Looks at both ends as they were before the segment; moves nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* So long a TCP tries at least before it gives a SYN up (RFC 9293 3.8.3, R2): what comes later is
 * another attempt of the application. */
static const int64_t patience = INT64_C(180000000000);

/* -- SYN --------------------------------------------------------------------------------------- */

/* Another SYN of an end whose handshake is not done. */
static bool changes_isn(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const syn_copy_t *last = syn_copies_last(&sender->syn);

    return sender->opened_first && last && !endpoint_gone(sender) &&
           analysis->receiver->state == STATE_SYN_RECEIVED &&
           analysis_since(analysis, last->when) < patience;
}

void anomalies_of_syn(analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    anomaly_set_t *set = &analysis->out->anomalies;

    if (analysis->segment->payload_len > 0 && !analysis->segment->has_fast_open)
        anomaly_raise(set, ANOMALY_SYN_WITH_DATA);
    if (!connection->begun || opening_repeats_syn(analysis))
        return;
    if (receiver->state == STATE_TIME_WAIT || sender->state == STATE_TIME_WAIT)
        anomaly_raise(set, ANOMALY_SYN_IN_TIME_WAIT);
    else if (tcp_state_synchronized(receiver->state) && receiver->spoke)
        anomaly_raise_if_assumed(set, ANOMALY_SYN_ON_ESTABLISHED, connection->one_way);
    else if (changes_isn(analysis))
        anomaly_raise(set, ANOMALY_SYN_ISN_CHANGED);
}

/* -- SYN-ACK ----------------------------------------------------------------------------------- */

/* The end that opens answers one that does not. A SYN that was not captured could explain it only
 * where nothing else of the other end was captured. */
static bool goes_the_wrong_way(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;

    if (analysis->receiver->opened_first)
        return false;
    return analysis->sender->opened_first ||
           (connection->roles == ROLES_BY_SYN_ACK && analysis->side == connection->client_side);
}

/* Not what its sender has said in its last SYN-ACK. After a RST back to LISTEN it may say something
 * else. */
static bool changes_answer(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    const bool said = (sender->state == STATE_SYN_RECEIVED && sender->basis == BASIS_SENT) ||
                      tcp_state_synchronized(sender->state);

    return sender->synack_sent && said &&
           (segment->seq != sender->isn ||
            !endpoint_syn_covered_by(analysis->receiver, segment->ack));
}

void anomalies_of_syn_ack(analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    anomaly_set_t *set = &analysis->out->anomalies;
    const bool over = endpoint_gone(sender) && endpoint_gone(receiver);

    if (segment->payload_len > 0 && !connection->fast_open)
        anomaly_raise(set, ANOMALY_SYN_WITH_DATA);
    if (goes_the_wrong_way(analysis))
        anomaly_raise_if_assumed(set, ANOMALY_SYNACK_WRONG_DIRECTION,
                                 connection->midstream || !receiver->spoke);
    else if (!receiver->opened_first || (over && !endpoint_syn_covered_by(receiver, segment->ack)))
        anomaly_raise(set, ANOMALY_SYNACK_UNSOLICITED);
    else if (changes_answer(analysis))
        anomaly_raise(set, ANOMALY_SYNACK_CHANGED);
}

/* -- Data and FIN ------------------------------------------------------------------------------ */

/* What comes after a SYN-ACK is the handshake's third step whatever it carries, and Fast Open has
 * no order. Else the step that is missing may just not have been captured; but an end that
 * acknowledges another number than that of the SYN-ACK has not got it. */
void anomalies_before_established(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    anomaly_set_t *set = &analysis->out->anomalies;
    const bool fin = segment_has(segment, TCP_FLAG_FIN);
    const bool unanswered = receiver->synack_sent && receiver->state == STATE_SYN_RECEIVED &&
                            !endpoint_syn_covered_by(receiver, segment->ack);
    const bool early =
        sender->state == STATE_SYN_SENT || (sender->state == STATE_SYN_RECEIVED && receiver->spoke);

    if ((!fin && segment->payload_len == 0) || analysis->connection->fast_open ||
        (!early && !unanswered))
        return;
    anomaly_raise_if_assumed(
        set, fin ? ANOMALY_FIN_BEFORE_ESTABLISHED : ANOMALY_DATA_BEFORE_ESTABLISHED, !unanswered);
}
