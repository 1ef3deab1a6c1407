/* ecn.c
 * Explicit Congestion Notification: what each segment shows, in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_parts.h"

#define BIT(anomaly) (UINT64_C(1) << (anomaly))

const uint64_t ecn_steady_anomalies = BIT(ANOMALY_ECN_NOT_NEGOTIATED) |
                                      BIT(ANOMALY_ECT_NOT_NEGOTIATED) |
                                      BIT(ANOMALY_ECT_ON_PURE_ACK) | BIT(ANOMALY_ECN_ECT1_CLASSIC);

/* ECN-capable at the IP layer, where that is not as it should be. */
static void judge_ip_ecn(uint8_t mode, const segment_t *segment, anomaly_set_t *anomalies)
{
    if (segment->ip_ecn == IP_ECN_NOT_ECT)
        return;
    if (ecn_mode_is_without(mode)) {
        anomaly_raise(anomalies, ANOMALY_ECT_NOT_NEGOTIATED);
    } else if (mode == ECN_CLASSIC) {
        if (segment_len(segment) == 0)
            anomaly_raise(anomalies, ANOMALY_ECT_ON_PURE_ACK);
        else if (segment->ip_ecn == IP_ECN_ECT_1)
            anomaly_raise(anomalies, ANOMALY_ECN_ECT1_CLASSIC);
    }
}

/* What follows from the header and the mode alone. */
static void judge_header(const segment_t *segment, ecn_facts_t *out, anomaly_set_t *anomalies)
{
    if (segment->ip_ecn == IP_ECN_CE)
        out->roles |= 1u << ECN_ROLE_CE_MARK;
    if (!is_ordinary(segment))
        return;
    if (mode_is_accurate(out->mode)) {
        out->roles |= 1u << ECN_ROLE_FEEDBACK;
        out->ace_known = out->ace_delta_known = true;
        out->ace = ecn_bits(segment);
        return;
    }
    judge_ip_ecn(out->mode, segment, anomalies);
    if (ecn_mode_is_without(out->mode) && segment_has_any(segment, TCP_FLAG_ECE | TCP_FLAG_CWR))
        anomaly_raise(anomalies, ANOMALY_ECN_NOT_NEGOTIATED);
}

void ecn_of_steady(const ecn_facts_t *last, const segment_t *segment, ecn_facts_t *out,
                   anomaly_set_t *anomalies)
{
    out->mode = last->mode;
    out->offer_known = last->offer_known;
    out->offer = last->offer;
    out->answer_known = last->answer_known;
    out->answer = last->answer;
    judge_header(segment, out, anomalies);
}

static void show_negotiation(const ecn_t *ecn, unsigned client_side, ecn_facts_t *out)
{
    const ecn_opener_t *client = &ecn->opener[client_side];
    const ecn_opener_t *server = &ecn->opener[!client_side];

    out->mode = ecn->mode;
    out->offer_known = client->offer_known;
    out->offer = client->offer;
    out->answer_known = server->first_answer.frame != 0;
    out->answer = ecn->counted_answer;
}

void ecn_show(const ecn_t *ecn, unsigned client_side, const segment_t *segment, ecn_facts_t *out,
              anomaly_set_t *anomalies)
{
    show_negotiation(ecn, client_side, out);
    judge_header(segment, out, anomalies);
}

void ecn_observe(ecn_t *ecn, const ecn_segment_t *in, ecn_facts_t *out, anomaly_set_t *anomalies)
{
    const ecn_step_t step = {ecn, in, out, anomalies};
    const uint8_t mode = ecn->mode;

    if (segment_has(in->segment, TCP_FLAG_SYN) || in->handshake_step)
        ecn_note_handshake(&step);
    ecn_guess(&step);
    ecn_show(ecn, in->client_side, in->segment, out, anomalies);
    out->kept |= mode != ecn->mode;
    if (!is_ordinary(in->segment) || ecn_mode_is_without(ecn->mode))
        return;
    ecn_note_data(&step);
    if (mode_is_accurate(ecn->mode))
        ecn_count(&step);
    else
        ecn_note_ack(&step);
}
