/* ecn_negotiation.c
 * ECN's offer and answer in the handshake and the mode that they negotiate, and guesses where the
 * handshake was not captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_negotiation.h"

enum {
    ENOUGH_AE = 2 /* segments with AE that make AccECN likely: nothing else sets it */
};

/* -- The table --------------------------------------------------------------------------------- */

static bool mode_uses_ecn(uint8_t mode)
{
    return ecn_mode_is_classic(mode) || ecn_mode_is_accurate(mode);
}

/* -- SYN --------------------------------------------------------------------------------------- */

void ecn_begin(ecn_t *ecn, const ecn_t *before, bool reset_in_handshake)
{
    const bool offer_was_reset =
        reset_in_handshake && (before->mode == ECN_OFFERED || before->offer_was_reset);

    *ecn = (ecn_t){.offer_was_reset = offer_was_reset};
}

void ecn_take_syn(ecn_t *ecn, unsigned side, const segment_t *syn)
{
    ecn_opener_t *opener = &ecn->opener[side];
    const uint8_t bits = ecn_bits(syn);

    if (opener->offer_known) {
        opener->plain_syn |= bits == ECN_OFFER_NONE;
        if (opener->plain_syn && /* its SYN-ACK was captured before it */
            (ecn->mode == ECN_REFUSED || (opener->rejected && ecn->mode == ECN_UNKNOWN)))
            ecn->mode = ECN_FALLBACK;
        return;
    }
    opener->offer_known = true;
    opener->offer = bits;
    if (ecn->mode == ECN_UNKNOWN)
        ecn->mode = bits == ECN_OFFER_NONE ? ECN_NOT_OFFERED : ECN_OFFERED;
}

/* Classic ECN and AccECN offered on one connection, which no single host does (RFC 9768 3.1.5). */
static bool offers_differ(uint8_t one, uint8_t other)
{
    return one != other && one != ECN_OFFER_NONE && other != ECN_OFFER_NONE;
}

static void show_syn(const ecn_step_t *step)
{
    const ecn_opener_t *opener = &step->ecn->opener[step->in->side];
    const uint8_t bits = ecn_bits(step->in->segment);

    if (bits != ECN_OFFER_NONE)
        ecn_take_role(step, ECN_ROLE_OFFERS);
    if (step->in->counts && offers_differ(opener->offer, bits))
        anomaly_raise(step->anomalies, ANOMALY_ECN_MIXED_OFFER);
    if (step->in->segment->ip_ecn != IP_ECN_NOT_ECT && bits != ECN_OFFER_ACCURATE)
        anomaly_raise(step->anomalies, ANOMALY_ECT_ON_SYN);
}

/* -- SYN-ACK ----------------------------------------------------------------------------------- */

/* Without the offer an answer only makes likely what was offered: it may answer a SYN without ECN,
 * and 011, 101 and 111 may be reflected. */
static uint8_t mode_of(const ecn_opener_t *opener, uint8_t answer)
{
    static const uint8_t by_answer_alone[8] = {
        ECN_UNKNOWN,        ECN_LOOKS_CLASSIC, ECN_LOOKS_ACCURATE, ECN_UNKNOWN,
        ECN_LOOKS_ACCURATE, ECN_UNKNOWN,       ECN_LOOKS_ACCURATE, ECN_UNKNOWN,
    };

    return opener->offer_known ? ecn_negotiate(opener->offer, answer) : by_answer_alone[answer];
}

/* The mode that one side's offer and the other's answer of these bits negotiate. */
static uint8_t mode_by_answer(const ecn_t *ecn, const ecn_opener_t *opener, uint8_t answer)
{
    const uint8_t mode = mode_of(opener, answer);
    const bool offered_before = mode == ECN_NOT_OFFERED && ecn->offer_was_reset;
    const bool plain_syn_won = mode == ECN_REFUSED && opener->plain_syn;

    if (offered_before || plain_syn_won)
        return ECN_FALLBACK;
    return mode == ECN_REFUSED && opener->rejected ? ECN_UNKNOWN : (ecn_mode_t)mode;
}

static void settle_mode(ecn_t *ecn, unsigned client_side)
{
    const ecn_opener_t *client = &ecn->opener[client_side];
    const ecn_opener_t *server = &ecn->opener[!client_side];

    if (server->last_answer.frame)
        ecn->mode = mode_by_answer(ecn, client, server->last_answer.bits);
    /* Where both opened, either may be the first to answer, and both must have agreed. */
    if (server->offer_known && client->last_answer.frame) {
        const uint8_t other = mode_by_answer(ecn, server, client->last_answer.bits);

        if (!server->last_answer.frame || (mode_uses_ecn(ecn->mode) && !mode_uses_ecn(other)))
            ecn->mode = other;
    }
    ecn->counted_answer = server->last_answer.bits;
    ecn->counter[!client_side] = (ecn_counter_t){.start_known = true, .start = 5};
    ecn->counter[client_side] = ecn->counter[!client_side];
    if (server->last_answer.ip == IP_ECN_CE) /* RFC 9768 3.2.2.1, table 4 */
        ecn->counter[client_side].start = 6;
}

void ecn_take_late_syn(ecn_t *ecn, unsigned side, const segment_t *syn)
{
    ecn_take_syn(ecn, side, syn);
    if (ecn->opener[!side].last_answer.frame)
        settle_mode(ecn, side);
}

void ecn_take_late_copy(ecn_t *ecn, unsigned side, const segment_t *syn)
{
    if (ecn_bits(syn) != ECN_OFFER_NONE)
        ecn_take_late_syn(ecn, side, syn);
    else
        ecn->opener[side].plain_syn = true;
}

void ecn_note_rejected_syn(ecn_t *ecn, unsigned side)
{
    ecn->opener[side].rejected = true;
}

/* Each of the two answers may be right; a host must not change from one to the other (RFC 9768
 * 3.1.5). */
static bool answers_differ(const ecn_opener_t *opener, uint8_t one, uint8_t other)
{
    const uint8_t before = ecn_negotiate(opener->offer, one);
    const uint8_t now = ecn_negotiate(opener->offer, other);

    return before != now && mode_uses_ecn(before) && mode_uses_ecn(now);
}

static void show_answer(const ecn_step_t *step, const ecn_opener_t *opener, uint8_t bits)
{
    const uint8_t mode = mode_of(opener, bits);

    if (mode_uses_ecn(mode))
        ecn_take_role(step, ECN_ROLE_ACCEPTS);
    if (mode == ECN_REFUSED && !opener->plain_syn)
        ecn_take_role(step, ECN_ROLE_REFUSES);
    if (mode == ECN_BROKEN && bits == opener->offer)
        anomaly_raise(step->anomalies, ANOMALY_ECN_REFLECTED);
    if (step->in->segment->ip_ecn != IP_ECN_NOT_ECT && !ecn_mode_is_accurate(mode))
        anomaly_raise(step->anomalies, ANOMALY_ECT_ON_SYN);
}

static void take_syn_ack(const ecn_step_t *step)
{
    ecn_t *ecn = step->ecn;
    const segment_t *segment = step->in->segment;
    const ecn_opener_t *asker = &ecn->opener[!step->in->side];
    ecn_opener_t *opener = &ecn->opener[step->in->side];
    const ecn_answer_t answer = {segment->frame, segment->when, ecn_bits(segment), segment->ip_ecn};

    show_answer(step, asker, answer.bits);
    if (opener->first_answer.frame) {
        if (answers_differ(asker, opener->first_answer.bits, answer.bits))
            anomaly_raise(step->anomalies, ANOMALY_ECN_MIXED_OFFER);
        opener->last_answer = answer; /* the third ACK will tell which one counts */
        if (ecn->third_zeroed && !mode_uses_ecn(mode_of(asker, answer.bits)))
            settle_mode(ecn, step->in->client_side); /* or has told: this one */
        return;
    }
    opener->first_answer = opener->last_answer = answer;
    if (segment->ip_ecn == IP_ECN_CE) /* an echo on the third ACK would be that of this mark */
        ecn->flow[step->in->side].unsure =
            (ecn_mark_t){segment->frame, segment->seq, segment->seq + 1, segment->when};
    settle_mode(ecn, step->in->client_side);
}

/* -- Third ACK --------------------------------------------------------------------------------- */

/* The four codes by which an AccECN client reports how the SYN-ACK arrived (RFC 9768 3.2.2.1). */
static bool is_handshake_code(uint8_t bits)
{
    return bits == 2 || bits == 3 || bits == 4 || bits == 6;
}

/* What the third ACK shows where the SYN-ACK was not captured, or leaves open what was offered, or
 * is another one than that which was captured. */
static void learn_from_third_ack(ecn_t *ecn, const ecn_opener_t *client, const segment_t *segment)
{
    const bool may_be_accurate = !client->offer_known || (client->offer != ECN_OFFER_NONE &&
                                                          client->offer != ECN_OFFER_CLASSIC);

    if (!may_be_accurate || segment->payload_len > 0 || !is_handshake_code(ecn_bits(segment)))
        return;
    if (ecn->mode == ECN_UNKNOWN || ecn->mode == ECN_OFFERED)
        ecn->mode = client->offer_known ? ECN_ACCURATE : ECN_LOOKS_ACCURATE;
    else if (ecn->mode == ECN_REFUSED || ecn->mode == ECN_CLASSIC)
        ecn->mode = ECN_LOOKS_ACCURATE;
}

/* What only the sender of a third step who uses AccECN sets: an ACK reports how the SYN-ACK
 * arrived, data have the counter, which begins with AE. */
static bool shows_accurate(const segment_t *segment)
{
    const uint8_t bits = ecn_bits(segment);

    return segment->payload_len == 0 ? is_handshake_code(bits) : (bits & 4) != 0;
}

/* Of two answers the third step may accept the one that it is not said to answer. */
static bool accepts_instead(const ecn_opener_t *client, const segment_t *segment,
                            const ecn_answer_t *one, const ecn_answer_t *instead)
{
    return shows_accurate(segment) && !ecn_mode_is_accurate(mode_of(client, one->bits)) &&
           ecn_mode_is_accurate(mode_of(client, instead->bits));
}

/* An ACK without the report that AccECN asks for: something has cleared it, or it answers another
 * SYN-ACK, that was not captured, or not yet. */
static bool accepts_nothing(const ecn_t *ecn, const segment_t *segment)
{
    return ecn->mode == ECN_ACCURATE && segment->payload_len == 0 &&
           ecn_bits(segment) == ECN_ANSWER_NONE;
}

/* The answer that counts is that of the SYN-ACK which the third ACK accepts. */
static void choose_answer(const ecn_step_t *step, ecn_opener_t *other)
{
    const ecn_opener_t *client = &step->ecn->opener[step->in->side];
    const bool is_first = other->first_answer.frame == step->in->answers_frame &&
                          other->first_answer.when == step->in->answers_when;
    const ecn_answer_t one = is_first ? other->first_answer : other->last_answer;
    const ecn_answer_t instead = is_first ? other->last_answer : other->first_answer;
    const bool other_way = accepts_instead(client, step->in->segment, &one, &instead);

    other->last_answer = other_way ? instead : one;
}

static void take_third_ack(const ecn_step_t *step)
{
    ecn_t *ecn = step->ecn;
    const segment_t *segment = step->in->segment;
    ecn_opener_t *other = &ecn->opener[!step->in->side];

    if (ecn->fixed)
        return;
    choose_answer(step, other);
    if (other->first_answer.frame)
        settle_mode(ecn, step->in->client_side);
    else if (ecn->mode == ECN_NOT_OFFERED && ecn->offer_was_reset)
        ecn->mode = ECN_FALLBACK; /* whatever the answer was */
    learn_from_third_ack(ecn, &ecn->opener[step->in->side], segment);
    ecn->third_zeroed = accepts_nothing(ecn, segment);
    ecn->fixed = ecn->mode != ECN_UNKNOWN && ecn->mode != ECN_OFFERED && !ecn->third_zeroed;
}

void ecn_note_handshake(const ecn_step_t *step)
{
    const segment_t *segment = step->in->segment;

    if (segment_has(segment, TCP_FLAG_RST))
        return;
    if (segment_has(segment, TCP_FLAG_SYN | TCP_FLAG_ACK)) {
        if (step->in->handshake_step == 2)
            take_syn_ack(step);
    } else if (segment_has(segment, TCP_FLAG_SYN)) {
        show_syn(step);
    } else if (step->in->handshake_step == 3 && !step->in->step_repeated) {
        take_third_ack(step);
    }
}

/* -- Without a handshake ----------------------------------------------------------------------- */

static bool may_guess(const ecn_t *ecn)
{
    return ecn->mode == ECN_UNKNOWN || ecn->mode == ECN_OFFERED || ecn->mode == ECN_LOOKS_CLASSIC;
}

/* Only AccECN sets AE or sends its option; ECN-capable data with echo or CWR are classic ECN, or
 * an AccECN counter that happens to look like it: hence a guess. */
void ecn_guess(const ecn_step_t *step)
{
    ecn_t *ecn = step->ecn;
    const segment_t *segment = step->in->segment;
    const uint8_t bits = ecn_bits(segment);
    const ecn_opener_t *client = &ecn->opener[step->in->client_side];
    const bool offered_classic = client->offer == ECN_OFFER_CLASSIC;
    const bool answered = ecn->opener[!step->in->client_side].first_answer.frame != 0;

    if (!may_guess(ecn) || !step->in->counts || !ecn_is_ordinary(segment))
        return;
    ecn->ect_seen |= segment->payload_len > 0 && segment->ip_ecn != IP_ECN_NOT_ECT;
    if (bits & 4 && !step->in->repeats && ecn->ae_seen < ENOUGH_AE)
        ecn->ae_seen++;
    if (!offered_classic && (segment->has_accurate_ecn || ecn->ae_seen >= ENOUGH_AE))
        ecn->mode = ECN_LOOKS_ACCURATE;
    else if (ecn->ae_seen > 0 && ecn->mode == ECN_LOOKS_CLASSIC && !offered_classic && !answered)
        ecn->mode = ECN_UNKNOWN; /* classic ECN does not set AE */
    else if (ecn->ect_seen && ecn->ae_seen == 0 && (offered_classic || bits & 3))
        ecn->mode = ECN_LOOKS_CLASSIC;
}
