/* tcp_carriers.c
 * What runs on TCP and may carry packets of the network, TCP among them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcp_carriers.h"

#include <string.h>

enum { TCP_SIZE = 20, TCP_OFFSET_AT = 12 };

static const char *on_tcp_port(uint16_t port)
{
    switch (port) {
#define X(number, name)                                                                            \
    case number:                                                                                   \
        return name;
        TCP_CARRIER_LIST(X)
#undef X
    default:
        return NULL;
    }
}

static bool takes_all_tcp(uint16_t port)
{
    switch (port) {
#define X(number) case number:
        TCP_TAKING_LIST(X)
#undef X
        return true;
    default:
        return false;
    }
}

/* By port; `low` is the lower one. */
static const char *carrier_on_ports(uint16_t low, uint16_t high)
{
    const char *name = on_tcp_port(low);

    return name || takes_all_tcp(low) ? name : on_tcp_port(high);
}

bool is_rpcap(const view_t *payload)
{
    enum {
        HEADER_SIZE = 8,
        REPLY = 0x80,
        TYPE_MAX = 11,
        ERROR = 1,
        INTERFACES = 2, /* their reply says how many */
        PACKET = 7,
        PACKET_SIZE = 20 /* of its own header */
    };

    if (!view_has(payload, HEADER_SIZE) || payload->bytes[0] != 0)
        return false;

    const unsigned type = payload->bytes[1] & ~REPLY;
    const uint32_t length = view_get32(payload, 4);

    if (type == 0 || type > TYPE_MAX ||
        (view_get16(payload, 2) != 0 && type != ERROR && type != INTERFACES))
        return false;
    if (type == PACKET)
        return length >= PACKET_SIZE && view_has(payload, HEADER_SIZE + PACKET_SIZE) &&
               view_get32(payload, HEADER_SIZE + 8) == length - PACKET_SIZE;
    return length == payload->reported - HEADER_SIZE;
}

/* The same by the bytes of the payload. */
static const char *carrier_in_payload(const view_t *payload)
{
    static const char sstp[] = "SSTP_DUPLEX_POST";

    if (is_rpcap(payload))
        return "remote capture";
    return view_has(payload, sizeof sstp - 1) && memcmp(payload->bytes, sstp, sizeof sstp - 1) == 0
               ? "SSTP"
               : NULL;
}

const char *tcp_carrier(const view_t *segment)
{
    view_t payload = *segment;

    if (!view_has(segment, TCP_SIZE))
        return NULL;

    const size_t header = (size_t)(segment->bytes[TCP_OFFSET_AT] >> 4) * 4;

    if (header < TCP_SIZE || segment->captured <= header)
        return NULL;

    const uint16_t from = view_get16(segment, 0);
    const uint16_t to = view_get16(segment, 2);
    const char *name = from < to ? carrier_on_ports(from, to) : carrier_on_ports(to, from);

    if (name)
        return name;
    view_skip(&payload, header);
    return carrier_in_payload(&payload);
}
