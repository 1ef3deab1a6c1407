/* anomalies_opening.c
 * Anomalies of a handshake, and SYNs where no handshake should be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "anomalies.h"

#include "times.h"

/* -- SYN --------------------------------------------------------------------------------------- */

/* Another SYN of an endpoint whose handshake is not done. */
static bool changes_isn(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const syn_copy_t *last = syn_copies_last(&sender->syn);

    return sender->opened_first && !endpoint_gone(sender) &&
           analysis->receiver->state == STATE_SYN_RECEIVED &&
           analysis_since(analysis, last->when) < TIME_SYN_PATIENCE;
}

void anomalies_of_syn(const analysis_t *analysis, anomaly_set_t *set)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (analysis->segment->payload_len > 0 && !analysis->segment->has_fast_open &&
        !analysis->segment->options_cut)
        anomaly_raise(set, ANOMALY_SYN_WITH_DATA);
    if (!connection->begun || (sender->isn_known && sender->isn == analysis->segment->seq))
        return;
    if (receiver->state == STATE_TIME_WAIT || sender->state == STATE_TIME_WAIT)
        anomaly_raise(set, ANOMALY_SYN_IN_TIME_WAIT);
    else if (tcp_state_synchronized(receiver->state) && receiver->spoke)
        anomaly_raise_assumed(set, ANOMALY_SYN_ON_ESTABLISHED); /* its end may not be captured */
    else if (changes_isn(analysis))
        anomaly_raise(set, ANOMALY_SYN_ISN_CHANGED);
}

/* -- SYN-ACK ----------------------------------------------------------------------------------- */

/* The endpoint that opens answers one that does not; or both open, and that one's SYN was not
 * captured. */
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

void anomalies_of_syn_ack(const analysis_t *analysis, anomaly_set_t *set)
{
    const beginning_t *beginning = &analysis->connection->beginning;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    const bool over = endpoint_gone(sender) && endpoint_gone(receiver);

    if (segment->payload_len > 0 && !beginning->fast_open)
        anomaly_raise(set, ANOMALY_SYN_WITH_DATA);
    if (goes_the_wrong_way(analysis))
        anomaly_raise_assumed(set, ANOMALY_SYNACK_WRONG_DIRECTION);
    else if (!receiver->opened_first || (over && !endpoint_syn_covered_by(receiver, segment->ack)))
        anomaly_raise(set, ANOMALY_SYNACK_UNSOLICITED);
    else if (changes_answer(analysis)) /* or it answers the SYN of another leg */
        anomaly_raise_assumed(set, ANOMALY_SYNACK_CHANGED);
}

/* -- Data and FIN ------------------------------------------------------------------------------ */

/* What comes after a SYN-ACK is the handshake's third step whatever it carries, and Fast Open has
 * no order. Else the step that is missing may just not have been captured; but an endpoint that
 * acknowledges another number than that of the SYN-ACK has not got it. */
void anomalies_before_established(const analysis_t *analysis, const acceptability_t *judged,
                                  anomaly_set_t *set)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    const bool fin = segment_has(segment, TCP_FLAG_FIN);
    const bool unanswered =
        receiver->synack_sent && receiver->state == STATE_SYN_RECEIVED && judged->ack_refused;
    const bool early =
        sender->state == STATE_SYN_SENT || (sender->state == STATE_SYN_RECEIVED && receiver->spoke);

    if ((!fin && segment->payload_len == 0) || analysis->connection->beginning.fast_open ||
        (!early && !unanswered))
        return;
    anomaly_raise_if_assumed(
        set, fin ? ANOMALY_FIN_BEFORE_ESTABLISHED : ANOMALY_DATA_BEFORE_ESTABLISHED, !unanswered);
}
