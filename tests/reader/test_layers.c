/* test_layers.c
 * The layers of a frame: what is found of TCP, what is not known, and that nothing is read beyond
 * what was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "layers.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_MAX = 512 };

/* A frame, built from the outside in. */
typedef struct frame {
    uint8_t bytes[FRAME_MAX];
    size_t size;
} frame_t;

/* What is carried: a TCP header without options from port 1000 to 80, and two bytes of data. */
#define TCP       "03e8 0050 00000001 00000002 5018 0100 0000 0000 6162"
#define IPV4_TCP  "4503 002a 1234 0000 40 06 0000 c0000201 c6336401 " TCP
#define IPV6_ENDS "20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define IPV6_TCP  "60300000 0016 06 39 " IPV6_ENDS TCP
#define ETHERNET  "020000000001 020000000002 "

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Reads hexadecimal digits; blanks are left out. */
static frame_t frame_of(const char *text)
{
    frame_t frame = {.size = 0};
    size_t digits = 0;

    for (; *text; text++) {
        if (*text == ' ')
            continue;
        assert_true(digits / 2 < FRAME_MAX);
        frame.bytes[digits / 2] = (uint8_t)(frame.bytes[digits / 2] << 4 | digit(*text));
        digits++;
    }
    assert_int_equal(digits % 2, 0);
    frame.size = digits / 2;
    return frame;
}

static tcp_place_t place;
static unknown_layer_t unknown;
static frame_t last;

static layers_result_t decode(link_type_t link, const char *text)
{
    last = frame_of(text);
    memset(&place, 0, sizeof place);
    memset(&unknown, 0, sizeof unknown);
    return layers_decode(
        &(captured_frame_t){
            .link = link, .bytes = last.bytes, .captured = last.size, .reported = last.size},
        &place, &unknown);
}

static void expect_tcp(link_type_t link, const char *text)
{
    assert_int_equal(decode(link, text), LAYERS_TCP);
    assert_int_equal(place.reported, 22);
    assert_int_equal(place.captured, 22);
    assert_memory_equal(place.bytes, frame_of(TCP).bytes, 22);
    assert_false(place.quoted);
}

static void expect_none(link_type_t link, const char *text)
{
    assert_int_equal(decode(link, text), LAYERS_WITHOUT_TCP);
}

static void expect_unknown(link_type_t link, const char *text, const char *name)
{
    assert_int_equal(decode(link, text), LAYERS_UNKNOWN);
    assert_string_equal(unknown.name, name);
}

/* -- Link layers ------------------------------------------------------------------------------- */

static void ethernet(void **state)
{
    (void)state;
    expect_tcp(LINK_ETHERNET, ETHERNET "0800 " IPV4_TCP);
    expect_tcp(LINK_ETHERNET, ETHERNET "0800 " IPV4_TCP "0000 0000"); /* padding */
    expect_tcp(LINK_ETHERNET, ETHERNET "86dd " IPV6_TCP);
    expect_tcp(LINK_ETHERNET, ETHERNET "0800 " IPV6_TCP); /* the version counts */
    expect_none(LINK_ETHERNET, ETHERNET "86dd " IPV4_TCP);
    expect_none(LINK_ETHERNET, ETHERNET "0806 0001");
    expect_none(LINK_ETHERNET, ETHERNET "05ff 0001"); /* neither length nor type */
    expect_unknown(LINK_ETHERNET, ETHERNET "88e5 " IPV4_TCP, "Ethernet type");
    assert_int_equal(unknown.number, 0x88e5);
}

static void tags(void **state)
{
    (void)state;
    expect_tcp(LINK_ETHERNET, ETHERNET "8100 0064 0800 " IPV4_TCP);
    expect_tcp(LINK_ETHERNET, ETHERNET "88a8 0064 8100 0065 86dd " IPV6_TCP);
    expect_tcp(LINK_ETHERNET, ETHERNET "9100 0064 8100 0065 0800 " IPV4_TCP);
    expect_tcp(LINK_ETHERNET, ETHERNET "8100 0064 0032 aaaa03 000000 0800 " IPV4_TCP);
}

static void llc(void **state)
{
    (void)state;
    expect_tcp(LINK_ETHERNET, ETHERNET "0032 aaaa03 000000 0800 " IPV4_TCP);
    expect_tcp(LINK_ETHERNET, ETHERNET "0032 aaaa03 000000 0800 " IPV4_TCP "000000");
    expect_none(LINK_ETHERNET, ETHERNET "0026 424203 0000");        /* spanning tree */
    expect_none(LINK_ETHERNET, ETHERNET "0026 ffff 0000");          /* IPX */
    expect_none(LINK_ETHERNET, ETHERNET "0026 aaaa03 00000c 2000"); /* CDP */
    expect_none(LINK_ETHERNET, ETHERNET "0026 fefe03 83");          /* IS-IS */
    expect_unknown(LINK_ETHERNET, ETHERNET "0026 fefe03 cc", "OSI protocol");
    expect_unknown(LINK_ETHERNET, ETHERNET "0032 060603 " IPV4_TCP, "LLC service");
    expect_unknown(LINK_ETHERNET, ETHERNET "0032 aaaa03 0080c2 0007 " IPV4_TCP,
                   "SNAP of organization");
}

static void other_links(void **state)
{
    (void)state;
    expect_tcp(LINK_IP, IPV4_TCP);
    expect_tcp(LINK_IP, IPV6_TCP);
    expect_tcp(LINK_IPV4, IPV4_TCP);
    expect_tcp(LINK_IPV6, IPV6_TCP);
    expect_none(LINK_IPV6, IPV4_TCP);
    expect_unknown(LINK_IP, "ff03 0021 " IPV4_TCP, "PPP");
    expect_tcp(LINK_NULL, "02000000 " IPV4_TCP);
    expect_tcp(LINK_NULL, "00000002 " IPV4_TCP);
    expect_tcp(LINK_NULL, "1e000000 " IPV6_TCP);
    expect_tcp(LINK_NULL, "0000001c " IPV6_TCP);
    expect_tcp(LINK_LOOP, "00000018 " IPV6_TCP);
    expect_unknown(LINK_LOOP, "02000000 " IPV4_TCP, "address family");
    expect_tcp(LINK_SLL, "0000 0001 0006 020000000001 0000 0800 " IPV4_TCP);
    expect_unknown(LINK_SLL, "0000 0338 0006 020000000001 0000 0800 " IPV4_TCP,
                   "cooked capture of hardware");
    expect_tcp(LINK_SLL2, "86dd 0000 00000001 0001 00 06 0200000000010000 " IPV6_TCP);
    expect_unknown(LINK_UNKNOWN, IPV4_TCP, "link layer");
}

static void labels(void **state)
{
    (void)state;
    expect_tcp(LINK_ETHERNET, ETHERNET "8847 00064040 00065140 " IPV4_TCP);
    expect_tcp(LINK_ETHERNET, ETHERNET "8847 00065140 " IPV6_TCP);
    expect_unknown(LINK_ETHERNET, ETHERNET "8847 00065140 00000000 " ETHERNET "0800 " IPV4_TCP,
                   "MPLS pseudowire");
    expect_none(LINK_ETHERNET, ETHERNET "8847 00064040 00064040");
    expect_tcp(LINK_ETHERNET, ETHERNET "8864 11 00 0001 002c 0021 " IPV4_TCP "0000");
    expect_tcp(LINK_ETHERNET, ETHERNET "8864 11 00 0001 002b 21 " IPV4_TCP);
    expect_none(LINK_ETHERNET, ETHERNET "8864 11 00 0001 0006 c021 0101 0004");
    expect_unknown(LINK_ETHERNET, ETHERNET "8864 11 00 0001 0006 003d 0101 0004", "PPP protocol");
}

/* -- IP ---------------------------------------------------------------------------------------- */

static void around_tcp(void **state)
{
    (void)state;
    expect_tcp(LINK_IP, IPV4_TCP);
    assert_int_equal(place.ip.address_len, 4);
    assert_memory_equal(place.ip.source, frame_of("c0000201").bytes, 4);
    assert_memory_equal(place.ip.destination, frame_of("c6336401").bytes, 4);
    assert_int_equal(place.ip.traffic_class, 3);
    assert_int_equal(place.ip.hop_limit, 0x40);
    assert_int_equal(place.ip.identification, 0x1234);
    expect_tcp(LINK_IP, IPV6_TCP);
    assert_int_equal(place.ip.address_len, 16);
    assert_memory_equal(place.ip.source, last.bytes + 8, 16);
    assert_memory_equal(place.ip.destination, last.bytes + 24, 16);
    assert_int_equal(place.ip.traffic_class, 3);
    assert_int_equal(place.ip.hop_limit, 0x39);
    assert_int_equal(place.ip.identification, 0);
}

static void ipv4_lengths(void **state)
{
    (void)state;
    /* 0: what a network card will cut. */
    expect_tcp(LINK_IP, "4500 0000 1234 0000 40 06 0000 c0000201 c6336401 " TCP);
    expect_none(LINK_IP, "4500 0013 1234 0000 40 06 0000 c0000201 c6336401 " TCP);
    expect_none(LINK_IP, "4400 002a 1234 0000 40 06 0000 c0000201 c6336401 " TCP);
    expect_none(LINK_IP, "4500 0014 1234 0000 40 06 0000 c0000201 c6336401 " TCP);
    /* More than there is: what there is. */
    expect_tcp(LINK_IP, "4500 00ff 1234 0000 40 06 0000 c0000201 c6336401 " TCP);
}

static void ipv4_options(void **state)
{
#define WITH_OPTIONS(options) "4600 002e 1234 0000 40 06 0000 c0000201 c6336401 " options TCP
    static const char *const plain[] = {WITH_OPTIONS("94040000 "), WITH_OPTIONS("01010101 "),
                                        WITH_OPTIONS("00830304 ")};
    /* A source route, a record of the route, malformed ones. */
    static const char *const others[] = {WITH_OPTIONS("83030400 "), WITH_OPTIONS("07030400 "),
                                         WITH_OPTIONS("82020000 "), WITH_OPTIONS("94030000 "),
                                         WITH_OPTIONS("01019404 ")};

    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        expect_tcp(LINK_IP, plain[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        expect_unknown(LINK_IP, others[i], "IPv4 with options");
#undef WITH_OPTIONS
}

static void ipv6_extensions(void **state)
{
    (void)state;
    expect_tcp(LINK_IP, "60000000 001e 00 40 " IPV6_ENDS "06 00 0502 0000 0100 " TCP);
    expect_tcp(LINK_IP, "60000000 001e 3c 40 " IPV6_ENDS "06 00 0104 00000000 " TCP);
    expect_tcp(LINK_IP, "60000000 001e 2c 40 " IPV6_ENDS "06 00 0000 00000001 " TCP);
    expect_unknown(LINK_IP, "60000000 0000 06 40 " IPV6_ENDS TCP, "IPv6 without a length");
    expect_none(LINK_IP, "60000000 0000 3b 40 " IPV6_ENDS TCP);
    expect_unknown(LINK_IP, "60000000 001e 2b 40 " IPV6_ENDS "06 00 0000 00000000 " TCP,
                   "IPv6 extension header");
    expect_unknown(LINK_IP, "60000000 001e 3c 40 " IPV6_ENDS "06 00 c904 00000000 " TCP,
                   "IPv6 options");
    expect_unknown(LINK_IP, "60000000 0000 00 40 " IPV6_ENDS "06 00 c204 00010000 " TCP,
                   "IPv6 without a length");
}

static void fragments(void **state)
{
    (void)state;
    expect_unknown(LINK_IP, "4500 002a 1234 2000 40 06 0000 c0000201 c6336401 " TCP,
                   "fragments of IP protocol");
    expect_unknown(LINK_IP, "4500 002a 1234 0001 40 06 0000 c0000201 c6336401 " TCP,
                   "fragments of IP protocol");
    expect_unknown(LINK_IP, "60000000 001e 2c 40 " IPV6_ENDS "06 00 0001 00000001 " TCP,
                   "fragments of IP protocol");
    expect_none(LINK_IP, "4500 001e 1234 2000 40 11 0000 c0000201 c6336401 0035 ffff 0100 0000 00");
    expect_none(LINK_IP, "4500 001e 1234 0001 40 11 0000 c0000201 c6336401 12b5 12b5 0100 0000 00");
    expect_unknown(LINK_IP,
                   "4500 0054 1234 2000 40 11 0000 c0000201 c6336401 ffff 12b5 0200 0000 "
                   "0800000000000100 " ETHERNET "0800 " IPV4_TCP,
                   "fragments of IP protocol");
}

static void protocols(void **state)
{
    (void)state;
    expect_tcp(LINK_IP, "4500 003e 0000 0000 40 04 0000 c0000201 c6336401 " IPV4_TCP);
    expect_tcp(LINK_IP, "4500 0052 0000 0000 40 29 0000 c0000201 c6336401 " IPV6_TCP);
    expect_tcp(LINK_IP, "60000000 002a 04 40 " IPV6_ENDS IPV4_TCP);
    expect_none(LINK_IP, "4500 0018 0000 0000 40 32 0000 c0000201 c6336401 00000001");
    expect_unknown(LINK_IP, "4500 0018 0000 0000 40 84 0000 c0000201 c6336401 00000001",
                   "IP protocol");
    assert_int_equal(unknown.number, 132);
    expect_none(LINK_IP, "4500 0018 0000 0000 40 67 0000 c0000201 c6336401 20000001");
    expect_unknown(LINK_IP, "4500 0018 0000 0000 40 67 0000 c0000201 c6336401 21000001",
                   "PIM Register");
}

/* The same layer in itself, deeper than anybody looks. */
static void depth(void **state)
{
    static const char *const tunnel = "4500 0000 0000 0000 40 04 0000 c0000201 c6336401 ";
    char text[20 * 60 + 100] = "";

    (void)state;
    for (unsigned i = 0; i < 20; i++)
        strcat(text, tunnel);
    assert_int_equal(decode(LINK_IP, text), LAYERS_UNKNOWN);
}

/* -- ICMP -------------------------------------------------------------------------------------- */

static void quotes(void **state)
{
    (void)state;
    assert_int_equal(decode(LINK_IP, "4500 0046 0000 0000 40 01 0000 c6336401 c0000201 "
                                     "0301 0000 00000000 " IPV4_TCP),
                     LAYERS_TCP);
    assert_true(place.quoted);
    assert_int_equal(place.error.version, 4);
    assert_int_equal(place.error.type, 3);
    assert_int_equal(place.error.code, 1);
    assert_int_equal(place.reported, 22);
    assert_int_equal(
        decode(LINK_IP, "60000000 0046 3a 40 " IPV6_ENDS "0104 0000 00000000 " IPV6_TCP),
        LAYERS_TCP);
    assert_true(place.quoted);
    assert_int_equal(place.error.version, 6);
    assert_int_equal(place.error.code, 4);
    expect_none(LINK_IP, "4500 0046 0000 0000 40 01 0000 c6336401 c0000201 "
                         "0800 0000 00000000 " IPV4_TCP);
    expect_unknown(LINK_IP, "60000000 0046 3a 40 " IPV6_ENDS "8900 0000 00000000 " IPV6_TCP,
                   "ICMPv6 type");
}

/* RFC 4884: an error says how much of it is the quotation; a redirect quotes 8 bytes. */
static void quoted_lengths(void **state)
{
    (void)state;
    assert_int_equal(decode(LINK_IP, "4500 0046 0000 0000 40 01 0000 c6336401 c0000201 "
                                     "0501 0000 00000000 " IPV4_TCP),
                     LAYERS_TCP);
    assert_int_equal(place.reported, 8);
    assert_int_equal(decode(LINK_IP, "4500 0046 0000 0000 40 01 0000 c6336401 c0000201 "
                                     "0301 0000 00050000 " IPV4_TCP),
                     LAYERS_TCP);
    assert_int_equal(place.reported, 20);
}

/* -- Tunnels ----------------------------------------------------------------------------------- */

#define GRE "4500 0000 0000 0000 40 2f 0000 c0000201 c6336401 "

static void gre(void **state)
{
    (void)state;
    expect_tcp(LINK_IP, GRE "0000 0800 " IPV4_TCP);
    expect_tcp(LINK_IP, GRE "2000 86dd 00000001 " IPV6_TCP);
    expect_tcp(LINK_IP, GRE "b000 6558 00000000 00000001 00000002 " ETHERNET "0800 " IPV4_TCP);
    expect_none(LINK_IP, GRE "0000 0000");
    expect_unknown(LINK_IP, GRE "1000 88be 00000001 " ETHERNET "0800 " IPV4_TCP, "GRE of type");
    expect_unknown(LINK_IP, GRE "4000 0800 00000000 00000000 " IPV4_TCP, "GRE with routing");
    expect_unknown(LINK_IP, GRE "3081 880b 00160001 00000001 00000002 ff030021 " IPV4_TCP,
                   "GRE of type");
    expect_unknown(LINK_IP, GRE "0081 0800 00000002 " IPV4_TCP, "GRE of version");
}

#define UDP(ports) "4500 0000 0000 0000 40 11 0000 c0000201 c6336401 " ports " 00ff 0000 "

static void udp_tunnels(void **state)
{
    (void)state;
    expect_tcp(LINK_IP, UDP("cfff 12b5") "08000000 00000100 " ETHERNET "0800 " IPV4_TCP);
    expect_tcp(LINK_IP, UDP("cfff 17c1") "0100 6558 00000100 01020304 " ETHERNET "0800 " IPV4_TCP);
    expect_tcp(LINK_IP, UDP("cfff 17c1") "0000 86dd 00000100 " IPV6_TCP);
    expect_tcp(LINK_IP, UDP("0868 0868") "30ff 002a 00000001 " IPV4_TCP "0000");
    expect_tcp(LINK_IP, UDP("0868 0868") "34ff 0032 00000001 000000 85 01 0001 00 " IPV4_TCP);
    expect_none(LINK_IP, UDP("0868 0868") "3001 0000 00000001");
    expect_unknown(LINK_IP, UDP("0868 0868") "50ff 002a 00000001 " IPV4_TCP, "GTP with first byte");
    expect_unknown(LINK_IP, UDP("0401 12b5") "08000000 00000100 " ETHERNET "0800 " IPV4_TCP,
                   "tunnel from a low UDP port");
    /* DNS takes whatever comes, and is asked first. */
    expect_none(LINK_IP, UDP("0035 12b5") "08000000 00000100 " ETHERNET "0800 " IPV4_TCP);
}

static void other_udp(void **state)
{
    (void)state;
    expect_none(LINK_IP, UDP("cfff 0035") "12340100 0001000000000000");
    expect_none(LINK_IP, UDP("cfff 18c7")); /* sFlow, but nothing in it */
    expect_unknown(LINK_IP, UDP("cfff 18c7") "00000005", "sFlow");
    expect_unknown(LINK_IP, UDP("18c7 cfff") "00000005", "sFlow");
    expect_unknown(LINK_IP,
                   UDP("cfff cffe") "00070000 00000015 "
                                    "00000000 00000000 00000001 00000001 00000001 00",
                   "remote capture");
    expect_unknown(LINK_IP, UDP("cfff cffe") "80210000 00000000 00000001 47000000",
                   "MPEG transport stream");
    expect_none(LINK_IP, "4500 001d 0000 0000 40 11 0000 c0000201 c6336401 cfff 18c7 0007 0000 00");
}

/* Packets carried by what runs on TCP. */
static void tcp_carriers(void **state)
{
    (void)state;
    expect_unknown(LINK_IP,
                   "4500 002a 0000 0000 40 06 0000 c0000201 c6336401 "
                   "cfff 19fd 00000001 00000002 5018 0100 0000 0000 6162",
                   "OpenFlow");
    expect_unknown(LINK_IP,
                   "4500 0030 0000 0000 40 06 0000 c0000201 c6336401 "
                   "cfff 07d2 00000001 00000002 5018 0100 0000 0000 0009 0000 0000 0000",
                   "remote capture");
    /* HTTP is asked first. */
    assert_int_equal(decode(LINK_IP, "4500 002a 0000 0000 40 06 0000 c0000201 c6336401 "
                                     "19fd 0050 00000001 00000002 5018 0100 0000 0000 6162"),
                     LAYERS_TCP);
    /* Without data it carries nothing. */
    assert_int_equal(decode(LINK_IP, "4500 0028 0000 0000 40 06 0000 c0000201 c6336401 "
                                     "cfff 19fd 00000001 00000002 5018 0100 0000 0000"),
                     LAYERS_TCP);
}

/* -- What was captured ------------------------------------------------------------------------- */

/* A frame cut off at any byte, in memory of its own: whoever reads beyond is found by a sanitizer.
 */
static void cut(link_type_t link, const char *text)
{
    const frame_t frame = frame_of(text);

    for (size_t captured = 0; captured <= frame.size; captured++) {
        uint8_t *bytes = malloc(captured ? captured : 1);
        const captured_frame_t part = {
            .link = link, .bytes = bytes, .captured = captured, .reported = frame.size};

        memcpy(bytes, frame.bytes, captured);

        const layers_result_t result = layers_decode(&part, &place, &unknown);

        if (result == LAYERS_TCP) {
            assert_true(place.bytes + place.captured <= bytes + captured);
            assert_true(place.captured <= place.reported);
        }
        free(bytes);
    }
}

static void cut_anywhere(void **state)
{
    (void)state;
    cut(LINK_ETHERNET, ETHERNET "88a8 0064 8100 0065 86dd " IPV6_TCP);
    cut(LINK_ETHERNET, ETHERNET "0032 aaaa03 000000 0800 " IPV4_TCP);
    cut(LINK_ETHERNET, ETHERNET "8847 00064040 00065140 " IPV4_TCP);
    cut(LINK_ETHERNET, ETHERNET "8864 11 00 0001 002c 0021 " IPV4_TCP);
    cut(LINK_NULL, "02000000 " IPV4_TCP);
    cut(LINK_SLL, "0000 0001 0006 020000000001 0000 0800 " IPV4_TCP);
    cut(LINK_SLL2, "86dd 0000 00000001 0001 00 06 0200000000010000 " IPV6_TCP);
    cut(LINK_IP, "60000000 001e 00 40 " IPV6_ENDS "06 00 0502 0000 0100 " TCP);
    cut(LINK_IP, GRE "b000 6558 00000000 00000001 00000002 " ETHERNET "0800 " IPV4_TCP);
    cut(LINK_IP, UDP("cfff 17c1") "0100 6558 00000100 01020304 " ETHERNET "0800 " IPV4_TCP);
    cut(LINK_IP, UDP("0868 0868") "34ff 0032 00000001 000000 85 01 0001 00 " IPV4_TCP);
    cut(LINK_IP, "4500 0046 0000 0000 40 01 0000 c6336401 c0000201 0301 0000 00050000 " IPV4_TCP);
}

/* A check sequence that the capture says is there is no part of the packet. */
static void check_sequence(void **state)
{
    const frame_t frame =
        frame_of(ETHERNET "0800 4500 0000 1234 0000 40 06 0000 c0000201 c6336401 " TCP "deadbeef");
    captured_frame_t captured = {.link = LINK_ETHERNET,
                                 .bytes = frame.bytes,
                                 .captured = frame.size,
                                 .reported = frame.size,
                                 .fcs = 4};

    (void)state;
    assert_int_equal(layers_decode(&captured, &place, &unknown), LAYERS_TCP);
    assert_int_equal(place.reported, 22);
    captured.fcs = 0;
    assert_int_equal(layers_decode(&captured, &place, &unknown), LAYERS_TCP);
    assert_int_equal(place.reported, 26);
}

static void more_than_there_was(void **state)
{
    const frame_t frame = frame_of(IPV4_TCP);

    (void)state;
    assert_int_equal(layers_decode(&(captured_frame_t){.link = LINK_IP,
                                                       .bytes = frame.bytes,
                                                       .captured = frame.size,
                                                       .reported = frame.size - 1},
                                   &place, &unknown),
                     LAYERS_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ethernet),
                                       cmocka_unit_test(tags),
                                       cmocka_unit_test(llc),
                                       cmocka_unit_test(other_links),
                                       cmocka_unit_test(labels),
                                       cmocka_unit_test(around_tcp),
                                       cmocka_unit_test(ipv4_lengths),
                                       cmocka_unit_test(ipv4_options),
                                       cmocka_unit_test(ipv6_extensions),
                                       cmocka_unit_test(fragments),
                                       cmocka_unit_test(protocols),
                                       cmocka_unit_test(depth),
                                       cmocka_unit_test(quotes),
                                       cmocka_unit_test(quoted_lengths),
                                       cmocka_unit_test(gre),
                                       cmocka_unit_test(udp_tunnels),
                                       cmocka_unit_test(other_udp),
                                       cmocka_unit_test(tcp_carriers),
                                       cmocka_unit_test(cut_anywhere),
                                       cmocka_unit_test(check_sequence),
                                       cmocka_unit_test(more_than_there_was)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
