/* layers.h
 * Finds the TCP header of a frame.
 *
 * Knows: the link and network layers and the tunnels that are common, and finds in them what
 * tshark finds with its default preferences. Does not know: files, connections, what a TCP header
 * says. Allocates nothing, has no state: what would need one, the reassembly of fragments, it does
 * not do.
 *
 * It never guesses. A layer that it does not know and that may carry TCP is named, and the frame is
 * for tshark. Every layer here carries one other at the most, so a frame has one TCP header at the
 * most.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LAYERS_H
#define TCPSTATE_LAYERS_H

#include "tcp_layer.h"

/* What a frame begins with. */
typedef enum link_type {
    LINK_UNKNOWN,
    LINK_ETHERNET,
    LINK_IP,   /* IPv4 or IPv6, as the first byte says; sometimes PPP before it */
    LINK_IPV4, /* surely IPv4 or IPv6, as the first byte says */
    LINK_IPV6,
    LINK_NULL, /* BSD's loopback interface, in the byte order of the host */
    LINK_LOOP, /* OpenBSD's, in network byte order */
    LINK_SLL,  /* Linux' "cooked" capture, as of the interface "any" */
    LINK_SLL2
} link_type_t;

typedef struct captured_frame {
    link_type_t link;
    const uint8_t *bytes;
    size_t captured; /* how many of them there are */
    size_t reported; /* how many there were on the wire */
    unsigned fcs;    /* the last bytes of an Ethernet frame that are its check sequence; 0: none, or
                        it is not known */
} captured_frame_t;

/* A layer that is not known, or not in this form. */
typedef struct unknown_layer {
    const char *name;
    bool numbered;   /* the rest is valid */
    unsigned number; /* of the protocol or port */
    bool hex;        /* as which it is known */
} unknown_layer_t;

typedef enum layers_result {
    LAYERS_WITHOUT_TCP, /* no TCP header, or nothing was captured of it */
    LAYERS_TCP,         /* found */
    LAYERS_UNKNOWN      /* may carry TCP */
} layers_result_t;

/* Takes the layers of a frame apart. LAYERS_TCP: sets `place`, but for frame number, time and
 * network; it points into the frame. LAYERS_UNKNOWN: sets `unknown`, whose name is of static
 * storage. */
layers_result_t layers_decode(const captured_frame_t *frame, tcp_place_t *place,
                              unknown_layer_t *unknown);

#endif
