/* anomaly.h
 * The list of all anomalies: their names, severities, groups and sentences.
 *
 * Does not know: when one occurs (plugin/analysis does), nor how it is displayed.
 *
 * Severities: Chat is an ordinary milestone, Note is legal but notable, Warn suspicious or against
 * a SHOULD, Error breaks a MUST and missing packets cannot explain it. An anomaly that missing
 * packets could explain is "assumed": one severity less, group Assumption.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ANOMALY_H
#define TCPSTATE_ANOMALY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum severity { SEVERITY_CHAT, SEVERITY_NOTE, SEVERITY_WARN, SEVERITY_ERROR } severity_t;

typedef enum anomaly_group {
    GROUP_SEQUENCE,  /* sequence and acknowledgment numbers, the order of things */
    GROUP_SECURITY,  /* what attackers and scanners do */
    GROUP_PROTOCOL,  /* against the protocol */
    GROUP_ASSUMPTION /* rests on what was not captured */
} anomaly_group_t;

/* X(enumerator, name, severity, group, sentence): tcpstate.anomaly.<name>. */
#define ANOMALY_LIST(X)                                                                            \
    X(ANOMALY_NULL_FLAGS, "null_flags", SEVERITY_WARN, GROUP_SECURITY,                             \
      "No flag is set: no TCP sends this, scanners do (RFC 9293 3.10.7.4)")                        \
    X(ANOMALY_SYN_FIN, "syn_fin", SEVERITY_ERROR, GROUP_SECURITY,                                  \
      "SYN together with FIN: no TCP sends this, scanners do (RFC 9293 3.10.7)")                   \
    X(ANOMALY_SYN_RST, "syn_rst", SEVERITY_ERROR, GROUP_SECURITY,                                  \
      "SYN together with RST: no TCP sends this (RFC 9293 3.10.7)")                                \
    X(ANOMALY_FIN_RST, "fin_rst", SEVERITY_WARN, GROUP_PROTOCOL,                                   \
      "FIN together with RST: a reset leaves nothing to close (RFC 9293 3.5.2)")                   \
    X(ANOMALY_FIN_WITHOUT_ACK, "fin_without_ack", SEVERITY_WARN, GROUP_SECURITY,                   \
      "FIN without ACK: the receiver drops it, scanners send it (RFC 9293 3.10.7.4)")              \
    X(ANOMALY_XMAS, "xmas", SEVERITY_WARN, GROUP_SECURITY,                                         \
      "FIN, PSH and URG without ACK: a scanner's segment (RFC 9293 3.10.7.4)")                     \
    X(ANOMALY_NO_ACK, "no_ack", SEVERITY_WARN, GROUP_PROTOCOL,                                     \
      "No ACK on a synchronized connection: the receiver drops it (RFC 9293 3.10.7.4)")            \
    X(ANOMALY_PSH_NO_DATA, "psh_no_data", SEVERITY_NOTE, GROUP_PROTOCOL,                           \
      "PSH on a segment without data (RFC 9293 3.9.1.2)")                                          \
    X(ANOMALY_SYN_URG, "syn_urg", SEVERITY_NOTE, GROUP_PROTOCOL,                                   \
      "URG on a SYN: no data can be urgent yet (RFC 9293 3.8.5)")                                  \
    X(ANOMALY_RESERVED_BITS, "reserved_bits", SEVERITY_NOTE, GROUP_PROTOCOL,                       \
      "Reserved bits are set (RFC 9293 3.1)")                                                      \
    X(ANOMALY_BAD_HANDSHAKE_ACK, "bad_handshake_ack", SEVERITY_WARN, GROUP_SEQUENCE,               \
      "The acknowledgment number of this handshake step is not acceptable (RFC 9293 3.10.7.3)")    \
    X(ANOMALY_SYNACK_UNSOLICITED, "synack_unsolicited", SEVERITY_NOTE, GROUP_ASSUMPTION,           \
      "A SYN-ACK that answers no captured SYN (RFC 9293 3.5.2)")                                   \
    X(ANOMALY_SYNACK_WRONG_DIRECTION, "synack_wrong_direction", SEVERITY_WARN, GROUP_SEQUENCE,     \
      "A SYN-ACK from the endpoint that opened the connection itself (RFC 9293 3.5)")              \
    X(ANOMALY_SYNACK_CHANGED, "synack_changed", SEVERITY_WARN, GROUP_SECURITY,                     \
      "The SYN-ACK was sent again with different numbers (RFC 9293 3.4.1)")                        \
    X(ANOMALY_SYN_ISN_CHANGED, "syn_isn_changed", SEVERITY_NOTE, GROUP_SEQUENCE,                   \
      "A second SYN with a different number before the handshake is done (RFC 9293 3.4.1)")        \
    X(ANOMALY_SIMULTANEOUS_OPEN, "simultaneous_open", SEVERITY_NOTE, GROUP_SEQUENCE,               \
      "Both endpoints open the connection at the same time (RFC 9293 3.5, MUST-10)")               \
    X(ANOMALY_SYN_WITH_DATA, "syn_with_data", SEVERITY_NOTE, GROUP_PROTOCOL,                       \
      "Data on a SYN without Fast Open: legal, but rarely seen (RFC 9293 3.10.7.2)")               \
    X(ANOMALY_DATA_BEFORE_ESTABLISHED, "data_before_established", SEVERITY_NOTE, GROUP_SEQUENCE,   \
      "Data before the handshake is done, without Fast Open (RFC 9293 3.10.7.4)")                  \
    X(ANOMALY_SYN_ON_ESTABLISHED, "syn_on_established", SEVERITY_WARN, GROUP_SECURITY,             \
      "A SYN on a live connection: a restarted host or a blind attack (RFC 5961 4)")               \
    X(ANOMALY_SYN_IN_TIME_WAIT, "syn_in_time_wait", SEVERITY_NOTE, GROUP_SEQUENCE,                 \
      "A SYN while an endpoint is in TIME-WAIT: the ports are reused early (RFC 6191)")            \
    X(ANOMALY_ACK_BEYOND_SENT, "ack_beyond_sent", SEVERITY_WARN, GROUP_SEQUENCE,                   \
      "Acknowledges numbers that were never sent (RFC 9293 3.10.7.4, RFC 5961 5)")                 \
    X(ANOMALY_OUT_OF_WINDOW, "out_of_window", SEVERITY_NOTE, GROUP_SEQUENCE,                       \
      "Wholly outside the receiver's window (RFC 9293 3.10.7.4)")                                  \
    X(ANOMALY_DATA_AFTER_FIN, "data_after_fin", SEVERITY_WARN, GROUP_SEQUENCE,                     \
      "New data beyond the sender's own FIN (RFC 9293 3.10.7.4)")                                  \
    X(ANOMALY_FIN_MOVED, "fin_moved", SEVERITY_WARN, GROUP_SECURITY,                               \
      "A second FIN from the same endpoint with a different number (RFC 9293 3.6)")                \
    X(ANOMALY_FIN_BEFORE_ESTABLISHED, "fin_before_established", SEVERITY_WARN, GROUP_SEQUENCE,     \
      "A FIN before the handshake is done (RFC 9293 3.10.7.3, 3.10.7.4)")                          \
    X(ANOMALY_WINDOW_SHRUNK, "window_shrunk", SEVERITY_WARN, GROUP_SEQUENCE,                       \
      "The right edge of the window moved to the left (RFC 9293 3.8.6, SHLD-14)")                  \
    X(ANOMALY_RST_OUT_OF_WINDOW, "rst_out_of_window", SEVERITY_WARN, GROUP_SECURITY,               \
      "A RST outside its receiver's window, which ignores it (RFC 5961 3)")                        \
    X(ANOMALY_RST_NOT_EXACT, "rst_not_exact", SEVERITY_NOTE, GROUP_SECURITY,                       \
      "A RST in the window but not exact: it draws a challenge ACK (RFC 5961 3)")                  \
    X(ANOMALY_RST_BAD_ACK, "rst_bad_ack", SEVERITY_NOTE, GROUP_SECURITY,                           \
      "A RST that does not acknowledge the SYN, which its receiver ignores (RFC 9293 3.10.7.3)")   \
    X(ANOMALY_RST_IGNORED, "rst_ignored", SEVERITY_WARN, GROUP_SECURITY,                           \
      "Still sends a round trip after a RST that should have ended it (RFC 9293 3.5.3)")           \
    X(ANOMALY_RST_ANSWERS_RST, "rst_answers_rst", SEVERITY_WARN, GROUP_PROTOCOL,                   \
      "A RST in response to a RST, which is never allowed (RFC 9293 3.5.2)")                       \
    X(ANOMALY_DATA_AFTER_RESET, "data_after_reset", SEVERITY_WARN, GROUP_SEQUENCE,                 \
      "Data from the endpoint that reset the connection (RFC 9293 3.5.2)")                         \
    X(ANOMALY_RST_IN_TIME_WAIT, "rst_in_time_wait", SEVERITY_NOTE, GROUP_SEQUENCE,                 \
      "A RST ends TIME-WAIT early (RFC 1337)")                                                     \
    X(ANOMALY_RST_TTL_DIFFERS, "rst_ttl_differs", SEVERITY_NOTE, GROUP_SECURITY,                   \
      "A RST with another TTL than its side's last segment: perhaps from something in between")    \
    X(ANOMALY_ECN_NOT_NEGOTIATED, "ecn_not_negotiated", SEVERITY_WARN, GROUP_PROTOCOL,             \
      "ECE or CWR, but ECN was not negotiated (RFC 3168 6.1.1)")                                   \
    X(ANOMALY_ECT_NOT_NEGOTIATED, "ect_not_negotiated", SEVERITY_WARN, GROUP_PROTOCOL,             \
      "ECN-capable or marked at the IP layer, but ECN was not negotiated (RFC 3168 6.1.1)")        \
    X(ANOMALY_ECN_NOT_ECHOED, "ecn_not_echoed", SEVERITY_WARN, GROUP_PROTOCOL,                     \
      "Acknowledges a segment that was marked CE, without ECE (RFC 3168 6.1.3)")                   \
    X(ANOMALY_ECN_NOT_ANSWERED, "ecn_not_answered", SEVERITY_WARN, GROUP_PROTOCOL,                 \
      "New data long after the echo of congestion, still without CWR (RFC 3168 6.1.2)")            \
    X(ANOMALY_ECN_NOT_CLEARED, "ecn_not_cleared", SEVERITY_WARN, GROUP_PROTOCOL,                   \
      "Still echoes congestion after CWR has arrived (RFC 3168 6.1.3)")                            \
    X(ANOMALY_ECN_CWR_ON_RETRANSMISSION, "ecn_cwr_on_retransmission", SEVERITY_NOTE,               \
      GROUP_PROTOCOL, "CWR belongs on new data, not on a retransmission (RFC 3168 6.1.5)")         \
    X(ANOMALY_ECT_ON_SYN, "ect_on_syn", SEVERITY_NOTE, GROUP_PROTOCOL,                             \
      "ECN-capable at the IP layer on a SYN or SYN-ACK (RFC 3168 6.1.1; allowed by RFC 8311)")     \
    X(ANOMALY_ECT_ON_PURE_ACK, "ect_on_pure_ack", SEVERITY_NOTE, GROUP_PROTOCOL,                   \
      "ECN-capable at the IP layer on a segment without data (RFC 3168 6.1.4)")                    \
    X(ANOMALY_ECT_ON_RETRANSMISSION, "ect_on_retransmission", SEVERITY_NOTE, GROUP_PROTOCOL,       \
      "ECN-capable at the IP layer on a retransmission (RFC 3168 6.1.5)")                          \
    X(ANOMALY_ECN_ECT1_CLASSIC, "ecn_ect1_classic", SEVERITY_NOTE, GROUP_PROTOCOL,                 \
      "ECT(1) with classic ECN; low latency needs accurate feedback (RFC 9331 4.2)")               \
    X(ANOMALY_ECN_REFLECTED, "ecn_reflected", SEVERITY_WARN, GROUP_PROTOCOL,                       \
      "The answer repeats the offer: no TCP does this (RFC 3168 6.1.1, RFC 9768 3.1.2)")           \
    X(ANOMALY_ECN_ALL_CE, "ecn_all_ce", SEVERITY_WARN, GROUP_PROTOCOL,                             \
      "Every data segment so far is marked CE: something rewrites the field (RFC 9768 3.2.2.3)")   \
    X(ANOMALY_ECN_ACE_ZEROED, "ecn_ace_zeroed", SEVERITY_WARN, GROUP_PROTOCOL,                     \
      "The first counter of Accurate ECN is zero: something clears it (RFC 9768 3.2.2.4)")         \
    X(ANOMALY_ECN_MIXED_OFFER, "ecn_mixed_offer", SEVERITY_WARN, GROUP_PROTOCOL,                   \
      "Offers classic and Accurate ECN on one connection (RFC 9768 3.1.5)")                        \
    X(ANOMALY_MIDSTREAM, "midstream", SEVERITY_CHAT, GROUP_ASSUMPTION,                             \
      "The capture begins in the middle of this connection")                                       \
    X(ANOMALY_ONE_WAY, "one_way", SEVERITY_NOTE, GROUP_ASSUMPTION,                                 \
      "Only one direction was captured, although the other side sends as well")                    \
    X(ANOMALY_SHARED_TUPLE, "shared_tuple", SEVERITY_NOTE, GROUP_ASSUMPTION,                       \
      "Numbers of another connection under the same addresses and ports")                          \
    X(ANOMALY_ORPHAN, "orphan", SEVERITY_CHAT, GROUP_ASSUMPTION,                                   \
      "This segment belongs to no known connection")

typedef enum anomaly {
#define X(enumerator, name, severity, group, sentence) enumerator,
    ANOMALY_LIST(X)
#undef X
        ANOMALY_COUNT
} anomaly_t;

/* The anomalies of one segment. */
typedef struct anomaly_set {
    uint64_t raised;  /* bit n: anomaly_t n */
    uint64_t assumed; /* those of them that missing packets could explain */
} anomaly_set_t;

_Static_assert(ANOMALY_COUNT <= 64, "anomaly_set_t has one bit for each anomaly");

static inline void anomaly_raise(anomaly_set_t *set, anomaly_t anomaly)
{
    set->raised |= UINT64_C(1) << anomaly;
}

/* Raises it where missing packets could explain it. */
static inline void anomaly_raise_assumed(anomaly_set_t *set, anomaly_t anomaly)
{
    set->raised |= UINT64_C(1) << anomaly;
    set->assumed |= UINT64_C(1) << anomaly;
}

/* Raises it, as one that missing packets could explain where `assumed`. */
static inline void anomaly_raise_if_assumed(anomaly_set_t *set, anomaly_t anomaly, bool assumed)
{
    set->raised |= UINT64_C(1) << anomaly;
    set->assumed |= (uint64_t)assumed << anomaly;
}

static inline bool anomaly_is_raised(const anomaly_set_t *set, anomaly_t anomaly)
{
    return set->raised >> anomaly & 1;
}

/* "syn_fin"; NULL for a number that is none. */
const char *anomaly_name(unsigned anomaly);

/* What it says of a segment, without a full stop; NULL for a number that is none. */
const char *anomaly_sentence(unsigned anomaly);

/* Of one that is raised: what missing packets could explain counts one less than the list says. */
severity_t anomaly_severity(const anomaly_set_t *set, anomaly_t anomaly);

/* The one of the highest severity, of several the first in the list; ANOMALY_COUNT: none is raised.
 */
anomaly_t anomaly_gravest(const anomaly_set_t *set);

/* How many are raised. */
unsigned anomaly_count(const anomaly_set_t *set);

#endif
