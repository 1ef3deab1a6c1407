/* ecn_meaning.c
 * What ECE, CWR and AE mean: in the connection's mode of ECN and at this place, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_meaning.h"

#include "meaning.h"

static const char *bit_name(uint16_t bit)
{
    return bit == TCP_FLAG_ECE ? "ECE" : bit == TCP_FLAG_CWR ? "CWR" : "AE";
}

static bool takes_role(const observation_t *observation, ecn_role_t role)
{
    return observation->ecn.roles & 1u << role;
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

static void meaning_on_syn(text_t *text, const observation_t *observation, const segment_t *segment)
{
    const char *sender = meaning_sender(observation);

    switch (ecn_bits(segment)) {
    case ECN_OFFER_CLASSIC:
        text_add(text, "%s offers ECN.", sender);
        break;
    case ECN_OFFER_ACCURATE:
        text_add(text, "%s offers AccECN, and classic ECN where that is all there is.", sender);
        break;
    default:
        text_add(text, "%s offers ECN with bits that no RFC defines.", sender);
        break;
    }
}

static void meaning_of_answer(text_t *text, const observation_t *observation,
                              const segment_t *segment)
{
    const char *sender = meaning_sender(observation);
    const ecn_status_t *ecn = &observation->status.ecn;
    const uint8_t bits = ecn_bits(segment);
    const ecn_mode_t mode = ecn_negotiate(ecn->offer, bits);

    if (!ecn->offer_known)
        text_add(text, "part of %s's answer to an offer that was not captured.", sender);
    else if (mode == ECN_CLASSIC)
        text_add(text, "%s accepts classic ECN.", sender);
    else if (mode == ECN_ACCURATE && arrival_of(bits))
        text_add(text, "%s accepts AccECN; the SYN arrived as %s.", sender, arrival_of(bits));
    else if (mode == ECN_ACCURATE)
        text_add(text, "a reserved answer of %s, which counts as AccECN.", sender);
    else if (ecn->offer == ECN_OFFER_NONE)
        text_add(text, "%s answers, though ECN was not offered.", sender);
    else if (bits == ecn->offer)
        text_add(text, "%s's SYN-ACK repeats the bits of the offer, so it is no answer to it.",
                 sender);
    else
        text_add(text, "%s gives an answer that does not fit the offer.", sender);
}

/* -- AccECN ------------------------------------------------------------------------------------ */

static void meaning_in_counter(text_t *text, const observation_t *observation,
                               const segment_t *segment)
{
    const char *sender = meaning_sender(observation);
    const ecn_facts_t *ecn = &observation->ecn;

    if (ecn->ace_is_handshake) {
        if (arrival_of(ecn->ace_handshake))
            text_add(text,
                     "one of AccECN's three bits, by which %s tells that the SYN-ACK arrived "
                     "as %s.",
                     sender, arrival_of(ecn->ace_handshake));
        else
            text_add(text,
                     "one of AccECN's three bits; together they are a code that is not used.");
        return;
    }
    text_add(text, "one of the three bits of AccECN's counter, which stands at %u",
             ecn_bits(segment));
    if (ecn->ace_delta_known && ecn->ace_delta)
        text_add(text, ": %s has received %u more with a congestion mark.", sender, ecn->ace_delta);
    else
        text_add(text, "; by itself it says nothing of congestion.");
}

/* -- Classic ECN ------------------------------------------------------------------------------- */

static void meaning_of_echo(text_t *text, const observation_t *observation)
{
    const char *sender = meaning_sender(observation);
    const episode_facts_t *episode = &observation_facts(observation)->episodes.of[ECN_OF_RECEIVER];

    if (takes_role(observation, ECN_ROLE_FIRST_ECHO) && episode->ce_frame)
        text_add(text, "%s tells %s that frame %u arrived with a congestion mark.", sender,
                 meaning_receiver(observation), episode->ce_frame);
    else if (takes_role(observation, ECN_ROLE_FIRST_ECHO))
        text_add(text, "%s tells %s of a congestion mark that was set beyond the capture point.",
                 sender, meaning_receiver(observation));
    else if (episode->state == EPISODE_NOT_CLEARED)
        text_add(text, "%s still echoes congestion, though it has got the CWR.", sender);
    else
        text_add(text, "%s repeats its echo of congestion until a CWR arrives.", sender);
}

static void meaning_of_reduction(text_t *text, const observation_t *observation)
{
    const char *sender = meaning_sender(observation);
    const episode_facts_t *episode = &observation_facts(observation)->episodes.of[ECN_OF_SENDER];

    text_add(text, "%s has reduced its congestion window", sender);
    if (episode->cwr_judged && episode->cwr_acknowledges)
        text_add(text, ", in answer to the echo in frame %u.", episode->ece_frame);
    else if (episode->cwr_judged)
        text_add(text, ", not because of an echo.");
    else
        text_add(text, ".");
}

/* -- All of it --------------------------------------------------------------------------------- */

static void meaning_without_ecn(text_t *text, const observation_t *observation)
{
    switch (observation->status.ecn.mode) {
    case ECN_UNKNOWN:
    case ECN_OFFERED:
        text_add(text, "congestion is echoed or answered, or part of AccECN's counter: it is not "
                       "known what was negotiated.");
        break;
    default:
        text_add(text, "means nothing here, since ECN was not negotiated.");
        break;
    }
}

void ecn_meaning(text_t *text, const observation_t *observation, const segment_t *segment,
                 uint16_t bit)
{
    const uint8_t mode = observation->status.ecn.mode;

    text_add(text, "%s: ", bit_name(bit));
    if (segment_has(segment, TCP_FLAG_SYN | TCP_FLAG_ACK))
        meaning_of_answer(text, observation, segment);
    else if (segment_has(segment, TCP_FLAG_SYN))
        meaning_on_syn(text, observation, segment);
    else if (observation->ecn.ace_known || observation->ecn.ace_is_handshake)
        meaning_in_counter(text, observation, segment);
    else if (bit == TCP_FLAG_ECE && (mode == ECN_CLASSIC || mode == ECN_LOOKS_CLASSIC))
        meaning_of_echo(text, observation);
    else if (bit == TCP_FLAG_CWR && (mode == ECN_CLASSIC || mode == ECN_LOOKS_CLASSIC))
        meaning_of_reduction(text, observation);
    else if (mode == ECN_CLASSIC || mode == ECN_LOOKS_CLASSIC)
        text_add(text, "has no meaning in classic ECN.");
    else
        meaning_without_ecn(text, observation);
}
