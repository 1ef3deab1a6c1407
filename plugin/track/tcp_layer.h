/* tcp_layer.h
 * One TCP header of a frame, as whoever has found it hands it over.
 *
 * Knows: how a header, its options and its checksum are read and how much of them can be used, and
 * what is needed of the layers around it. Does not know: how those were found, nor what the header
 * means for a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TCP_LAYER_H
#define TCPSTATE_TCP_LAYER_H

#include "segment.h"
#include "tcp_tuple.h"
#include "unreachable.h"

#include <stddef.h>

/* The IP header directly around a TCP header. */
typedef struct ip_around {
    uint32_t address_len;  /* 4 or 16 bytes; 0: no IP header is known, and nothing else is valid */
    const uint8_t *source; /* the address */
    const uint8_t *destination;
    uint8_t traffic_class;   /* the whole byte, IPv4's type of service */
    uint8_t hop_limit;       /* IPv4's time to live */
    uint16_t identification; /* IPv4's; IPv6: 0 */
    uint32_t len;            /* bytes of the packet with all headers, as the header tells it; 0: it
                                does not, as before a network card has cut it */
} ip_around_t;

/* Where a TCP header was found. */
typedef struct tcp_place {
    uint32_t frame;       /* number of its frame in the capture */
    int64_t when;         /* capture time, nanoseconds since 1970 */
    uint64_t network;     /* keeps equal addresses of different networks apart; mostly 0 */
    const uint8_t *bytes; /* the header and what follows it */
    size_t captured;      /* how many of them were captured */
    size_t reported;      /* how many there are by the IP header's length */
    bool fragment;        /* of a datagram that was not reassembled: not all of it */
    bool quoted;          /* in an ICMP error */
    icmp_error_t error;   /* that quotes it; valid if quoted */
    ip_around_t ip;
} tcp_place_t;

/* One TCP header of the frame. */
typedef struct tcp_layer {
    segment_quality_t quality; /* SEGMENT_UNREADABLE only if quoted_seq_known */
    segment_t segment;         /* every member is set; what could not be read is 0 */
    bool quoted;               /* in an ICMP error: sent earlier, and perhaps not whole */
    bool quoted_seq_known;     /* quoted, and segment.seq is valid, whatever the quality */
    icmp_error_t error;        /* that quotes it; valid if quoted */
    bool has_tuple;            /* `tuple` and `sender_side` are valid: IP is around it */
    tcp_tuple_t tuple;
    unsigned sender_side; /* which side of the tuple sent it: 0 or 1 */
} tcp_layer_t;

/* Reads a header. Returns false where not even the flags were captured, nor the number of a quoted
 * header; `layer` is not valid then. */
bool tcp_layer_read(tcp_layer_t *layer, const tcp_place_t *place);

#endif
