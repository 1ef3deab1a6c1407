/* tcp_layer.c
 * One TCP header of a frame, as whoever has found it hands it over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcp_layer.h"

#include "checksum.h"

enum {
    ECN_BITS = 0x03,      /* of the traffic class (RFC 3168 5) */
    IPV4_HEADER_LEN = 20, /* bytes, without options */
    IPV6_HEADER_LEN = 40
};

static checksum_status_t verify(const tcp_layer_t *layer, const tcp_place_t *place)
{
    if (layer->quality != SEGMENT_COMPLETE || !layer->has_tuple || layer->quoted ||
        place->fragment || place->captured < place->reported)
        return CHECKSUM_UNVERIFIED;
    return checksum_verify((const uint8_t *)layer->tuple.address, TCP_TUPLE_ADDRESS_SIZE,
                           place->bytes, place->reported);
}

/* What is known of a header that is quoted in an ICMP error. */
static void read_quote(tcp_layer_t *layer, const tcp_place_t *place)
{
    layer->quoted = place->quoted;
    layer->quoted_seq_known =
        place->quoted && segment_parse_quote(place->bytes, place->captured, &layer->segment);
    layer->error = place->quoted ? place->error : (icmp_error_t){0};
}

/* At least what is there. */
static uint32_t length_of(const ip_around_t *ip, size_t reported)
{
    const uint32_t there =
        (uint32_t)reported + (ip->address_len == 4 ? IPV4_HEADER_LEN : IPV6_HEADER_LEN);

    if (ip->address_len == 0)
        return 0;
    return ip->len > there ? ip->len : there;
}

static void read_ip(tcp_layer_t *layer, const tcp_place_t *place)
{
    const ip_around_t *ip = &place->ip;
    const uint8_t *bytes = place->bytes;

    layer->segment.ip_len = length_of(ip, place->reported);
    layer->segment.ip_ecn = ip->traffic_class & ECN_BITS;
    layer->segment.hop_limit = ip->hop_limit;
    layer->segment.ip_id = ip->identification;
    layer->has_tuple = ip->address_len != 0;
    if (layer->has_tuple)
        tcp_tuple_set(&layer->tuple, &layer->sender_side, ip->source, ip->destination,
                      ip->address_len, (uint16_t)(bytes[0] << 8 | bytes[1]),
                      (uint16_t)(bytes[2] << 8 | bytes[3]), place->network);
}

bool tcp_layer_read(tcp_layer_t *layer, const tcp_place_t *place)
{
    layer->quality = segment_parse(place->bytes, place->captured, place->reported, !place->fragment,
                                   &layer->segment);
    read_quote(layer, place);
    if (layer->quality == SEGMENT_UNREADABLE && !layer->quoted_seq_known)
        return false;
    layer->segment.frame = place->frame;
    layer->segment.when = place->when;
    layer->segment.perhaps_copy = false;
    read_ip(layer, place);
    layer->segment.checksum = verify(layer, place);
    return true;
}
