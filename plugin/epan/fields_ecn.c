/* fields_ecn.c
 * The fields of Explicit Congestion Notification.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "fields_ecn.h"

#include "ecn_meaning.h"

static int ett_ecn = -1;
static int ett_episode = -1;

static int hf_mode = -1;
static int hf_offer = -1;
static int hf_answer = -1;
static int hf_ip = -1;
static int hf_role = -1;
static int hf_meaning = -1;
static int hf_episode = -1;
static int hf_episode_state = -1;
static int hf_ce_frame = -1;
static int hf_ece_frame = -1;
static int hf_cwr_frame = -1;
static int hf_cwr_acknowledges = -1;
static int hf_echo_time = -1;
static int hf_response_time = -1;
static int hf_ace = -1;
static int hf_ace_handshake = -1;
static int hf_ace_delta = -1;
static int hf_ce_bytes = -1;

#define VALUE(name, number, text) {number, text},
static const value_string mode_vals[] = {ECN_MODE_LIST(VALUE){0, NULL}};
static const value_string ip_vals[] = {IP_ECN_LIST(VALUE){0, NULL}};
static const value_string role_vals[] = {ECN_ROLE_LIST(VALUE){0, NULL}};
static const value_string episode_state_vals[] = {ECN_EPISODE_STATE_LIST(VALUE){0, NULL}};
static const value_string offer_vals[] = {ECN_OFFER_LIST(VALUE){0, NULL}};
static const value_string answer_vals[] = {ECN_ANSWER_LIST(VALUE){0, NULL}};
static const value_string ace_handshake_vals[] = {ACE_HANDSHAKE_LIST(VALUE){0, NULL}};
#undef VALUE

static hf_register_info hf[] = {
    {&hf_mode,
     {"ECN", "tcpstate.ecn.mode", FT_UINT8, BASE_DEC, VALS(mode_vals), 0x0,
      "What offer and answer have made of ECN in this connection (RFC 3168 6.1.1, RFC 9768 3.1).",
      HFILL}},
    {&hf_offer,
     {"Offer", "tcpstate.ecn.offer", FT_UINT8, BASE_DEC, VALS(offer_vals), 0x0,
      "The bits AE, CWR and ECE of the first SYN: 4, 2 and 1.", HFILL}},
    {&hf_answer,
     {"Answer", "tcpstate.ecn.answer", FT_UINT8, BASE_DEC, VALS(answer_vals), 0x0,
      "The bits AE, CWR and ECE of the SYN-ACK: 4, 2 and 1.", HFILL}},
    {&hf_ip,
     {"IP header", "tcpstate.ecn.ip", FT_UINT8, BASE_DEC, VALS(ip_vals), 0x0,
      "The ECN bits of the IPv4 or IPv6 header directly around this segment.", HFILL}},
    {&hf_role,
     {"Role", "tcpstate.ecn.role", FT_UINT8, BASE_DEC, VALS(role_vals), 0x0,
      "What the segment does for ECN.", HFILL}},
    {&hf_meaning,
     {"Meaning", "tcpstate.ecn.meaning", FT_STRING, BASE_NONE, NULL, 0x0,
      "What the segment tells of ECN other than by its TCP flags: a mark in its IP header, an echo "
      "that has ended, an offer that is refused.",
      HFILL}},
    {&hf_episode,
     {"Congestion episode", "tcpstate.ecn.episode", FT_UINT32, BASE_DEC, NULL, 0x0,
      "The congestion episode that the segment belongs to, counted from 1 for each direction of "
      "data.",
      HFILL}},
    {&hf_episode_state,
     {"State", "tcpstate.ecn.episode.state", FT_UINT8, BASE_DEC, VALS(episode_state_vals), 0x0,
      "How far the congestion episode has come with this segment.", HFILL}},
    {&hf_ce_frame,
     {"Echoes the mark in frame", "tcpstate.ecn.ce_frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0, "The first segment of the episode with CE.", HFILL}},
    {&hf_ece_frame,
     {"Answers the echo in frame", "tcpstate.ecn.ece_frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0x0, "The first segment of the episode with ECE.", HFILL}},
    {&hf_cwr_frame,
     {"Acknowledges the CWR in frame", "tcpstate.ecn.cwr_frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0x0, "The segment of the episode with CWR.", HFILL}},
    {&hf_cwr_acknowledges,
     {"CWR answers an echo", "tcpstate.ecn.cwr_acknowledges", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
      "True where this CWR answers an echo; false where the window was reduced for another reason.",
      HFILL}},
    {&hf_echo_time,
     {"Time from mark to echo", "tcpstate.ecn.echo_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
      "Time from the first mark to the first echo of it.", HFILL}},
    {&hf_response_time,
     {"Time from echo to CWR", "tcpstate.ecn.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
      "Time from the first echo to the CWR that answers it.", HFILL}},
    {&hf_ace,
     {"AccECN counter", "tcpstate.ecn.ace", FT_UINT8, BASE_DEC, NULL, 0x0,
      "How many packets with CE the sender has received, modulo 8, counted from 5.", HFILL}},
    {&hf_ace_handshake,
     {"SYN-ACK arrived", "tcpstate.ecn.ace.handshake", FT_UINT8, BASE_DEC, VALS(ace_handshake_vals),
      0x0, "What the third ACK says of the SYN-ACK's ECN bits in the IP header (RFC 9768 3.2.2.1).",
      HFILL}},
    {&hf_ace_delta,
     {"New marks reported", "tcpstate.ecn.ace.delta", FT_UINT8, BASE_DEC, NULL, 0x0,
      "How many packets with CE are newly reported, modulo 8.", HFILL}},
    {&hf_ce_bytes,
     {"AccECN bytes with CE", "tcpstate.ecn.ce_bytes", FT_UINT24, BASE_DEC, NULL, 0x0,
      "How many bytes of data with CE the sender has received, modulo 2^24 (RFC 9768 3.2.3).",
      HFILL}},
};

static void add_episode(const place_t *place, const episode_facts_t *facts)
{
    if (!facts->number)
        return;

    const place_t inside = below(place, add_uint(place, hf_episode, facts->number), ett_episode);
    add_uint(&inside, hf_episode_state, facts->state);
    add_frame(&inside, hf_ce_frame, facts->ce_frame);
    add_frame(&inside, hf_ece_frame, facts->ece_frame);
    add_frame(&inside, hf_cwr_frame, facts->cwr_frame);
    add_time(&inside, hf_echo_time, facts->echo_time);
    add_time(&inside, hf_response_time, facts->response_time);
}

/* The bits stand where they are sent. */
static void add_negotiation(const place_t *place, const observation_t *observation)
{
    const ecn_status_t *status = &observation->status.ecn;

    if (status->offer_known)
        show_if(observation->handshake_step == 1 && status->offer != ECN_OFFER_NONE,
                add_uint(place, hf_offer, status->offer));
    if (status->answer_known)
        show_if(observation->handshake_step == 2 && status->mode != ECN_NOT_OFFERED,
                add_uint(place, hf_answer, status->answer));
}

static bool is_used(uint8_t mode)
{
    return mode == ECN_CLASSIC || mode == ECN_ACCURATE || mode == ECN_LOOKS_CLASSIC ||
           mode == ECN_LOOKS_ACCURATE;
}

static void add_counter(const place_t *place, const segment_t *segment, const ecn_facts_t *facts)
{
    if (facts->ace_known)
        show_if(!facts->ace_delta_known || facts->ace_delta > 0,
                add_uint(place, hf_ace, facts->ace));
    if (facts->ace_is_handshake)
        add_uint(place, hf_ace_handshake, facts->ace_handshake);
    if (facts->ace_delta_known)
        show_if(facts->ace_delta > 0, add_uint(place, hf_ace_delta, facts->ace_delta));
    if (segment->has_ce_bytes)
        show_if(segment->ce_bytes > 0, add_uint(place, hf_ce_bytes, segment->ce_bytes));
}

/* What the segment does for ECN, and what it means where no flag of its own tells. */
static void add_roles(const place_t *place, const observation_t *observation)
{
    char text[160];

    for (unsigned role = 0; observation->ecn.roles >> role; role++) {
        if (!(observation->ecn.roles >> role & 1))
            continue;
        show_if(role != ECN_ROLE_FEEDBACK, add_uint(place, hf_role, role));
        if (is_wanted(place, hf_meaning) && ecn_role_meaning(observation, role, text, sizeof text))
            add_string(place, hf_meaning, text);
    }
}

void fields_ecn_add(const place_t *place, const segment_t *segment,
                    const observation_t *observation)
{
    const ecn_facts_t *facts = &observation->ecn;
    const ecn_episodes_t *episodes = &observation_facts(observation)->episodes;
    const uint8_t mode = observation->status.ecn.mode;
    const place_t inside = below(place, add_uint(place, hf_mode, mode), ett_ecn);

    add_negotiation(&inside, observation);
    show_if(is_used(mode) || segment->ip_ecn != IP_ECN_NOT_ECT,
            add_uint(&inside, hf_ip, segment->ip_ecn));
    add_roles(&inside, observation);
    for (unsigned i = 0; i < ECN_EPISODES_MAX; i++)
        add_episode(&inside, &episodes->of[i]);
    if (episodes->of[ECN_OF_SENDER].cwr_judged)
        add_boolean(&inside, hf_cwr_acknowledges, episodes->of[ECN_OF_SENDER].cwr_acknowledges);
    if (!observation->copy_of)
        add_counter(&inside, segment, facts);
}

void fields_ecn_register(int proto_tcpstate)
{
    static int *ett[] = {&ett_ecn, &ett_episode};

    field_place_register(proto_tcpstate, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
