/* ecn_meaning.c
 * What ECE, CWR and AE mean: in the connection's mode of ECN and at this place, in words. And what
 * the marks of the IP header and the missing flags mean.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_meaning.h"

static bool takes_role(const observation_t *observation, ecn_role_t role)
{
    return observation->ecn.roles & 1u << role;
}

bool ecn_meaning_is_common(const observation_t *observation, const segment_t *segment)
{
    return segment_has_any(segment, TCP_FLAG_SYN | TCP_FLAG_RST) ||
           !ecn_mode_is_classic(observation->status.ecn.mode);
}

/* -- Handshake --------------------------------------------------------------------------------- */

/* How the SYN or the SYN-ACK arrived, in the three bits of AccECN (RFC 9768 3.1.1, 3.2.2.1). */
static const char *arrival_of(uint8_t bits)
{
    static const char *const arrival[8] = {
        [2] = "Not-ECT",
        [3] = "ECT(1)",
        [4] = "ECT(0)",
        [6] = "CE",
    };

    return arrival[bits];
}

static void meaning_on_syn(const meaning_t *meaning)
{
    const char *sender = meaning_sender(meaning->observation);

    switch (ecn_bits(meaning->segment)) {
    case ECN_OFFER_CLASSIC:
        text_add(meaning->text, "with both on the SYN %s offers ECN (RFC 3168).", sender);
        break;
    case ECN_OFFER_ACCURATE:
        text_add(meaning->text,
                 "with all three on the SYN %s offers AccECN (RFC 9768), or classic ECN where that "
                 "is not known.",
                 sender);
        break;
    default:
        text_add(meaning->text,
                 "an offer of ECN that no RFC defines; RFC 9768 has it taken for AccECN's.");
        break;
    }
}

static void meaning_of_answer(const meaning_t *meaning)
{
    const char *sender = meaning_sender(meaning->observation);
    const ecn_status_t *ecn = &meaning->observation->status.ecn;
    const uint8_t bits = ecn_bits(meaning->segment);
    const ecn_mode_t mode = ecn_negotiate(ecn->offer, bits);

    if (meaning->observation->direction != DIRECTION_TO_CLIENT) /* both open, or it is not known */
        text_add(meaning->text, "%s answers an offer of ECN.", sender);
    else if (!ecn->offer_known)
        text_add(meaning->text,
                 "in answer to a SYN that was not captured, so it is not known what was offered.");
    else if (mode == ECN_CLASSIC && ecn->offer == ECN_OFFER_ACCURATE)
        text_add(meaning->text, "%s accepts classic ECN, but not AccECN.", sender);
    else if (mode == ECN_CLASSIC)
        text_add(meaning->text, "%s accepts ECN (RFC 3168).", sender);
    else if (mode == ECN_ACCURATE && arrival_of(bits))
        text_add(meaning->text, "%s accepts AccECN, and tells that the SYN arrived as %s.", sender,
                 arrival_of(bits));
    else if (mode == ECN_ACCURATE)
        text_add(meaning->text, "a reserved answer, which RFC 9768 has taken for AccECN.");
    else if (ecn->offer == ECN_OFFER_NONE)
        text_add(meaning->text, "%s answers as if ECN had been offered, which it was not.", sender);
    else if (bits == ecn->offer)
        text_add(meaning->text, "repeats the bits of the offer, and so does not accept it.");
    else
        text_add(meaning->text, "no answer that fits the offer, so ECN is not accepted.");
}

/* -- AccECN ------------------------------------------------------------------------------------ */

static void meaning_in_counter(const meaning_t *meaning)
{
    const char *sender = meaning_sender(meaning->observation);
    const ecn_facts_t *ecn = &meaning->observation->ecn;
    const bool guessed = meaning->observation->status.ecn.mode == ECN_LOOKS_ACCURATE;

    if (ecn->ace_is_handshake && arrival_of(ecn->ace_handshake)) {
        text_add(meaning->text, "AccECN's report of %s that the SYN-ACK arrived as %s.", sender,
                 arrival_of(ecn->ace_handshake));
        return;
    }
    if (ecn->ace_is_handshake) {
        text_add(meaning->text, "where AccECN reports how the SYN-ACK arrived, a code without "
                                "meaning.");
        return;
    }
    text_add(meaning->text, "AccECN's counter%s stands at %u", guessed ? ", it seems, which" : "",
             ecn->ace);
    if (ecn->ace_delta_known && ecn->ace_delta)
        text_add(meaning->text,
                 ": at least %u more segments have reached %s with a congestion mark.",
                 ecn->ace_delta, sender);
    else if (ecn->ace_delta_known)
        text_add(meaning->text, " as before, and so reports no further congestion mark.");
    else
        text_add(meaning->text, ": it begins above 0, so this alone is no sign of congestion.");
}

/* -- Classic ECN ------------------------------------------------------------------------------- */

static void meaning_of_echo(const meaning_t *meaning)
{
    const observation_t *observation = meaning->observation;
    const char *sender = meaning_sender(observation);
    const char *receiver = meaning_receiver(observation);
    const episode_facts_t *episode = &observation_facts(observation)->episodes.of[ECN_OF_RECEIVER];

    if (takes_role(observation, ECN_ROLE_FIRST_ECHO) && episode->ce_frame)
        text_add(meaning->text, "%s tells %s that frame %u arrived with a congestion mark.", sender,
                 receiver, episode->ce_frame);
    else if (takes_role(observation, ECN_ROLE_FIRST_ECHO))
        text_add(meaning->text, "%s tells %s of a congestion mark that the capture does not show.",
                 sender, receiver);
    else if (episode->state == EPISODE_NOT_CLEARED)
        text_add(meaning->text,
                 "%s still echoes congestion, though it has got a CWR, or echoes a mark that the "
                 "capture does not show.",
                 sender);
    else if (takes_role(observation, ECN_ROLE_REPEATED_ECHO) && episode->ce_frame)
        text_add(meaning->text, "%s still echoes the mark of frame %u, until a CWR arrives.",
                 sender, episode->ce_frame);
    else if (takes_role(observation, ECN_ROLE_REPEATED_ECHO))
        text_add(meaning->text, "%s repeats its echo of congestion, until a CWR arrives.", sender);
    else
        text_add(meaning->text, "%s echoes congestion, but that does not count here.", sender);
}

static void meaning_of_reduction(const meaning_t *meaning)
{
    const observation_t *observation = meaning->observation;
    const episode_facts_t *episode = &observation_facts(observation)->episodes.of[ECN_OF_SENDER];

    text_add(meaning->text, "%s has reduced its congestion window", meaning_sender(observation));
    if (anomaly_is_raised(&observation->anomalies, ANOMALY_ECN_CWR_ON_RETRANSMISSION))
        text_add(meaning->text, ", but should say so on new data.");
    else if (episode->cwr_judged && episode->cwr_acknowledges)
        text_add(meaning->text, ", in answer to the echo in frame %u.", episode->ece_frame);
    else if (episode->cwr_judged && meaning->segment->payload_len > 0)
        text_add(meaning->text,
                 ", with no echo captured that this answers: probably after a loss.");
    else
        text_add(meaning->text, ".");
}

static void meaning_in_classic(const meaning_t *meaning, uint16_t flag)
{
    if (flag != TCP_FLAG_AE && meaning->observation->status.ecn.mode == ECN_LOOKS_CLASSIC)
        text_add(meaning->text, "as it seems, ");
    if (flag == TCP_FLAG_ECE)
        meaning_of_echo(meaning);
    else if (flag == TCP_FLAG_CWR)
        meaning_of_reduction(meaning);
    else
        text_add(meaning->text, "has no meaning in classic ECN.");
}

/* -- All of it --------------------------------------------------------------------------------- */

static void meaning_without_ecn(const meaning_t *meaning)
{
    if (!meaning->observation->direction) {
        text_add(meaning->text, "meaning unknown here.");
        return;
    }
    switch (meaning->observation->status.ecn.mode) {
    case ECN_UNKNOWN:
        text_add(meaning->text, "meaning unknown, since the handshake was not captured in full.");
        break;
    case ECN_OFFERED:
        text_add(meaning->text, "meaning unknown, since no answer to the offer was captured.");
        break;
    default:
        text_add(meaning->text, "no meaning here, since ECN was not negotiated.");
        break;
    }
}

void ecn_meaning(const meaning_t *meaning, uint16_t flags)
{
    const observation_t *observation = meaning->observation;
    const segment_t *segment = meaning->segment;
    char names[32];

    text_add(meaning->text, "%s: ", segment_flags_text(flags, names, sizeof names));
    if (observation->kind == SEGMENT_ILLEGAL_FLAGS || observation->kind == SEGMENT_RST)
        text_add(meaning->text, "no meaning on such a segment.");
    else if (segment_has(segment, TCP_FLAG_SYN | TCP_FLAG_ACK))
        meaning_of_answer(meaning);
    else if (segment_has(segment, TCP_FLAG_SYN))
        meaning_on_syn(meaning);
    else if (observation->ecn.ace_known || observation->ecn.ace_is_handshake)
        meaning_in_counter(meaning);
    else if (ecn_mode_is_classic(observation->status.ecn.mode))
        meaning_in_classic(meaning, flags);
    else
        meaning_without_ecn(meaning);
}

/* -- Without a flag ---------------------------------------------------------------------------- */

static void meaning_of_mark(text_t *text, const observation_t *observation)
{
    if (ecn_mode_is_without(observation->status.ecn.mode))
        text_add(text, "CE: marked as if a router were congested, though ECN was not negotiated.");
    else
        text_add(
            text,
            "CE: a router on the way has marked this segment, instead of dropping it, as a sign of "
            "congestion.");
}

static void meaning_of_stop(text_t *text, const observation_t *observation)
{
    const uint32_t cwr = observation_facts(observation)->episodes.of[ECN_OF_RECEIVER].cwr_frame;

    if (cwr)
        text_add(text, "No ECE: the echo has ended, since the CWR in frame %u has arrived.", cwr);
    else
        text_add(text, "No ECE: the echo has ended, though the capture shows no CWR.");
}

const char *ecn_role_meaning(const observation_t *observation, unsigned role, char *text,
                             size_t size)
{
    text_t words = text_begin(text, size);

    switch (role) {
    case ECN_ROLE_CE_MARK:
        meaning_of_mark(&words, observation);
        return text;
    case ECN_ROLE_ECHO_STOPPED:
        if (!ecn_mode_is_classic(observation->status.ecn.mode)) /* what seemed an echo was none */
            return NULL;
        meaning_of_stop(&words, observation);
        return text;
    case ECN_ROLE_REFUSES:
        text_add(&words, "Neither ECE, CWR nor AE: %s does not accept ECN.",
                 meaning_sender(observation));
        return text;
    default:
        return NULL;
    }
}
