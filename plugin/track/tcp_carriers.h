/* tcp_carriers.h
 * What runs on TCP and may carry packets of the network, TCP among them.
 *
 * By port, as tshark has them by default: tests/reader/carriers.py holds the lists against what it
 * says of itself. And what tshark recognizes by its bytes on any port.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TCP_CARRIERS_H
#define TCPSTATE_TCP_CARRIERS_H

#include "view.h"

/* X(port, name) */
#define TCP_CARRIER_LIST(X)                                                                        \
    X(639, "MSDP")                                                                                 \
    X(925, "AudioCodes Debug Recording")                                                           \
    X(1998, "X.25 over TCP")                                                                       \
    X(2123, "GTP")                                                                                 \
    X(2152, "GTP")                                                                                 \
    X(2502, "Kismet")                                                                              \
    X(3002, "GSM over IP")                                                                         \
    X(3003, "GSM over IP")                                                                         \
    X(3006, "GSM over IP")                                                                         \
    X(3245, "Omni-Path")                                                                           \
    X(3246, "Omni-Path")                                                                           \
    X(3247, "Omni-Path")                                                                           \
    X(3248, "Omni-Path")                                                                           \
    X(3386, "GTP prime")                                                                           \
    X(4222, "GSM over IP")                                                                         \
    X(4249, "GSM over IP")                                                                         \
    X(4250, "GSM over IP")                                                                         \
    X(4342, "LISP")                                                                                \
    X(5000, "GSM over IP")                                                                         \
    X(6633, "OpenFlow")                                                                            \
    X(6634, "OpenFlow")                                                                            \
    X(6653, "OpenFlow")                                                                            \
    X(14001, "UMA")                                                                                \
    X(17755, "ZigBee")                                                                             \
    X(17756, "ZigBee")                                                                             \
    X(34980, "EtherCAT")

/* Ports whose protocols take whatever comes. tshark asks the lower port first, so what runs on the
 * higher one, which is a client's by chance, is not asked. */
#define TCP_TAKING_LIST(X)                                                                         \
    X(20)                                                                                          \
    X(21)                                                                                          \
    X(22)                                                                                          \
    X(23)                                                                                          \
    X(25)                                                                                          \
    X(53)                                                                                          \
    X(80)                                                                                          \
    X(110)                                                                                         \
    X(119)                                                                                         \
    X(139)                                                                                         \
    X(143)                                                                                         \
    X(389)                                                                                         \
    X(443)                                                                                         \
    X(445)                                                                                         \
    X(465)                                                                                         \
    X(514)                                                                                         \
    X(515)                                                                                         \
    X(554)                                                                                         \
    X(587)                                                                                         \
    X(631)                                                                                         \
    X(636)                                                                                         \
    X(993)                                                                                         \
    X(995)                                                                                         \
    X(3128)                                                                                        \
    X(5900)                                                                                        \
    X(6379)                                                                                        \
    X(8080)

/* The name of what the data of a segment may belong to, if that may carry packets; NULL: nothing
 * does. `segment` begins with the TCP header. */
const char *tcp_carrier(const view_t *segment);

/* The protocol of rpcapd, by which captures are made from afar: a message that is all of the
 * payload, or one that carries a packet. It runs on UDP, too. */
bool is_rpcap(const view_t *payload);

#endif
