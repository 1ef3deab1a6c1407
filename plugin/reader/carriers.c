/* carriers.c
 * What runs on UDP and may carry packets of the network, TCP among them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "carriers.h"

#include "tcp_carriers.h"

#include <string.h>

static const char *on_udp_port(uint16_t port)
{
    switch (port) {
#define X(number, name)                                                                            \
    case number:                                                                                   \
        return name;
        UDP_CARRIER_LIST(X)
#undef X
    default:
        return NULL;
    }
}

static bool takes_all_udp(uint16_t port)
{
    switch (port) {
#define X(number) case number:
        UDP_TAKING_LIST(X)
#undef X
        return true;
    default:
        return false;
    }
}

const char *carrier_on_udp(uint16_t low, uint16_t high)
{
    const char *name = on_udp_port(low);

    if (name || takes_all_udp(low))
        return name;
    return udp_is_tunnel(high) ? "tunnel from a low UDP port" : on_udp_port(high);
}

/* MPEG transport streams, alone or in RTP, may carry IP to many receivers. */
static bool is_mpeg(const view_t *payload)
{
    enum { SYNC = 0x47, PACKET_SIZE = 188, RTP_SIZE = 12, RTP_VERSION = 0x80, RTP_VERSIONS = 0xc0 };

    if (!view_has(payload, RTP_SIZE + 1))
        return false;
    return (payload->bytes[0] == SYNC && payload->reported % PACKET_SIZE == 0) ||
           ((payload->bytes[0] & RTP_VERSIONS) == RTP_VERSION && payload->bytes[RTP_SIZE] == SYNC);
}

/* The Accuver mirror E100: a header that says how much was captured. */
static bool is_e100(const view_t *payload)
{
    enum { HEADER_SIZE = 28, CAPTURED_AT = 20 };

    return view_has(payload, HEADER_SIZE) && payload->bytes[0] == 1 &&
           view_get32(payload, CAPTURED_AT) == payload->reported - HEADER_SIZE;
}

/* Redback's lawful interception: attributes with type and length, of four bytes at first. */
static bool is_redback(const view_t *payload)
{
    enum { SIZE_MIN = 12, TYPE_MAX = 20, NUMBER_SIZE = 4 };

    return view_has(payload, SIZE_MIN) && payload->bytes[0] > 0 && payload->bytes[0] <= TYPE_MAX &&
           payload->bytes[1] == NUMBER_SIZE && payload->bytes[6] > 0 &&
           payload->bytes[6] <= TYPE_MAX && payload->bytes[7] <= NUMBER_SIZE;
}

static bool begins_with(const view_t *payload, const char *magic, size_t size)
{
    return view_has(payload, size) && memcmp(payload->bytes, magic, size) == 0;
}

const char *carrier_in_udp(const view_t *payload)
{
    if (is_rpcap(payload))
        return "remote capture";
    if (is_mpeg(payload))
        return "MPEG transport stream";
    if (is_e100(payload))
        return "E100";
    if (is_redback(payload))
        return "Redback Lawful Intercept";
    if (begins_with(payload, "\x00\xff\xab\xcd", 4))
        return "Peek Remote";
    return begins_with(payload, "RFta", 4) ? "RFtap" : NULL;
}
