/* carriers.h
 * What runs on UDP and may carry packets of the network, TCP among them.
 *
 * By port, as tshark has them by default: tests/reader/carriers.py holds the lists against what it
 * says of itself. And what tshark recognizes by its bytes on any port.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CARRIERS_H
#define TCPSTATE_CARRIERS_H

#include "view.h"

/* X(port, name): not taken apart here. */
#define UDP_CARRIER_LIST(X)                                                                        \
    X(434, "Mobile IP")                                                                            \
    X(925, "AudioCodes Debug Recording")                                                           \
    X(1701, "L2TP")                                                                                \
    X(2123, "GTP control plane")                                                                   \
    X(2157, "GPRS Network Service")                                                                \
    X(2268, "AMT")                                                                                 \
    X(2428, "AudioCodes Trunk Trace")                                                              \
    X(3343, "MS Cluster")                                                                          \
    X(3386, "GTP prime")                                                                           \
    X(3544, "Teredo")                                                                              \
    X(4305, "B.A.T.M.A.N.")                                                                        \
    X(4306, "B.A.T.M.A.N. gateway")                                                                \
    X(4341, "LISP data")                                                                           \
    X(4342, "LISP")                                                                                \
    X(4729, "GSMTAP")                                                                              \
    X(4754, "GRE in UDP")                                                                          \
    X(4790, "VXLAN GPE")                                                                           \
    X(4791, "InfiniBand")                                                                          \
    X(5000, "TAPA")                                                                                \
    X(5072, "AYIYA")                                                                               \
    X(5246, "CAPWAP")                                                                              \
    X(5247, "CAPWAP data")                                                                         \
    X(5436, "Mobile IPv6")                                                                         \
    X(6118, "TIPC")                                                                                \
    X(6343, "sFlow")                                                                               \
    X(6635, "MPLS in UDP")                                                                         \
    X(7943, "Commsignia Capture Protocol")                                                         \
    X(8472, "VXLAN on its older port")                                                             \
    X(9899, "SCTP in UDP")                                                                         \
    X(12000, "LLC")                                                                                \
    X(12001, "LLC")                                                                                \
    X(12002, "LLC")                                                                                \
    X(12003, "LLC")                                                                                \
    X(12004, "LLC")                                                                                \
    X(12220, "LWAPP")                                                                              \
    X(12222, "LWAPP")                                                                              \
    X(12223, "LWAPP")                                                                              \
    X(13907, "WASSP")                                                                              \
    X(13910, "WASSP")                                                                              \
    X(17220, "IEEE 1722")                                                                          \
    X(17754, "ZigBee")                                                                             \
    X(17755, "ZigBee")                                                                             \
    X(17756, "ZigBee")                                                                             \
    X(19788, "Mesh Link Establishment")                                                            \
    X(19999, "GPRS Network Service")                                                               \
    X(24576, "MiNT")                                                                               \
    X(24577, "MiNT")                                                                               \
    X(30030, "Juniper Packet Mirror")                                                              \
    X(30511, "AUTOSAR Bus Mirroring")                                                              \
    X(34962, "PROFINET")                                                                           \
    X(34980, "EtherCAT")                                                                           \
    X(37008, "TZSP")                                                                               \
    X(49999, "IEEE 802.15.4 sniffer")

/* Ports whose protocols take whatever comes. tshark asks the lower port first, so what runs on the
 * higher one, which is a client's by chance, is not asked. */
#define UDP_TAKING_LIST(X) X(53) X(67) X(68) X(69) X(123) X(137) X(138) X(389) X(514) X(520)

/* The tunnels on UDP that are taken apart (tunnel.c). */
enum { UDP_GTP = 2152, UDP_VXLAN = 4789, UDP_GENEVE = 6081 };

static inline bool udp_is_tunnel(uint16_t port)
{
    return port == UDP_GTP || port == UDP_VXLAN || port == UDP_GENEVE;
}

/* The name of what runs between two ports and may carry TCP; NULL: nothing does. `low` is the lower
 * one. */
const char *carrier_on_udp(uint16_t low, uint16_t high);

/* The same by the bytes of the payload. */
const char *carrier_in_udp(const view_t *payload);

#endif
