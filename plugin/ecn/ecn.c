/* ecn.c
 * Explicit Congestion Notification: what each segment shows, in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn.h"

#include "ecn_accurate.h"
#include "ecn_episode.h"

/* What was answered is an offer that no captured SYN has: it may have been on one before. */
static bool may_lack_offer(const ecn_status_t *status)
{
    return status->mode == ECN_BROKEN && status->offer_known && status->offer == ECN_OFFER_NONE;
}

/* ECN-capable at the IP layer where it should not be. */
static void judge_ip_ecn(const ecn_status_t *status, const segment_t *segment,
                         anomaly_set_t *anomalies)
{
    const uint8_t mode = status->mode;

    if (segment->ip_ecn == IP_ECN_NOT_ECT)
        return;
    if (ecn_mode_is_without(mode)) {
        anomaly_raise_if_assumed(anomalies, ANOMALY_ECT_NOT_NEGOTIATED, may_lack_offer(status));
    } else if (mode == ECN_CLASSIC) {
        if (segment_len(segment) == 0)
            anomaly_raise(anomalies, ANOMALY_ECT_ON_PURE_ACK);
        else if (segment->ip_ecn == IP_ECN_ECT_1)
            anomaly_raise(anomalies, ANOMALY_ECN_ECT1_CLASSIC);
    }
}

void ecn_show_header(const ecn_status_t *status, const segment_t *segment, ecn_facts_t *out,
                     anomaly_set_t *anomalies)
{
    const uint8_t mode = status->mode;

    if (segment->ip_ecn == IP_ECN_CE)
        out->roles |= 1u << ECN_ROLE_CE_MARK;
    if (!ecn_is_ordinary(segment))
        return;
    if (ecn_mode_is_accurate(mode)) {
        out->roles |= 1u << ECN_ROLE_FEEDBACK;
        out->ace_known = out->ace_delta_known = true;
        out->ace = ecn_bits(segment);
        return;
    }
    judge_ip_ecn(status, segment, anomalies);
    if (ecn_mode_is_without(mode) && segment_has_any(segment, TCP_FLAG_ECE | TCP_FLAG_CWR))
        anomaly_raise_if_assumed(anomalies, ANOMALY_ECN_NOT_NEGOTIATED, may_lack_offer(status));
}

void ecn_show_status(const ecn_t *ecn, unsigned client_side, ecn_status_t *status)
{
    const ecn_opener_t *client = &ecn->opener[client_side];
    const ecn_opener_t *server = &ecn->opener[!client_side];

    status->mode = ecn->mode;
    status->offer_known = client->offer_known;
    status->offer = client->offer;
    status->answer_known = server->first_answer.frame != 0;
    status->answer = ecn->counted_answer;
}

static bool belongs_to_episode(const ecn_episodes_t *episodes)
{
    for (unsigned i = 0; i < ECN_EPISODES_MAX; i++)
        if (episodes->of[i].number || episodes->of[i].cwr_judged)
            return true;
    return false;
}

bool ecn_observe(ecn_t *ecn, const ecn_segment_t *in, ecn_facts_t *out, ecn_episodes_t *episodes,
                 anomaly_set_t *anomalies)
{
    const ecn_step_t step = {ecn, in, out, episodes, anomalies};
    ecn_status_t status;

    ecn_note_handshake(&step);
    ecn_guess(&step);
    ecn_show_status(ecn, in->client_side, &status);
    ecn_show_header(&status, in->segment, out, anomalies);
    if (!ecn_is_ordinary(in->segment) || ecn_mode_is_without(ecn->mode))
        return false;
    ecn_note_data(&step);
    if (ecn_mode_is_accurate(ecn->mode))
        ecn_count(&step);
    else
        ecn_note_ack(&step);
    return belongs_to_episode(episodes);
}
