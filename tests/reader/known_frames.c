/* known_frames.c
 * Copies a capture and leaves out the frames whose layers are not known: tshark and the reader have
 * to say the same of what is left, whatever it is.
 *
 * Usage: known_frames <IN >OUT. Both are in the old format of libpcap, in the byte order of this
 * machine. Prints to standard error how many frames were left out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "layers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_HEADER_SIZE = 24, LINK_AT = 20, PACKET_MAX = 1 << 18 };

typedef struct packet_header {
    uint32_t seconds;
    uint32_t fraction;
    uint32_t captured;
    uint32_t reported;
} packet_header_t;

/* The link types of libpcap. */
static link_type_t link_of(uint32_t number)
{
    switch (number) {
    case 0:
        return LINK_NULL;
    case 1:
        return LINK_ETHERNET;
    case 101:
        return LINK_IP;
    case 108:
        return LINK_LOOP;
    case 113:
        return LINK_SLL;
    case 228:
        return LINK_IPV4;
    case 229:
        return LINK_IPV6;
    case 276:
        return LINK_SLL2;
    default:
        return LINK_UNKNOWN;
    }
}

static void put(const void *bytes, size_t size)
{
    if (fwrite(bytes, 1, size, stdout) != size)
        exit(EXIT_FAILURE);
}

int main(void)
{
    static uint8_t bytes[PACKET_MAX];
    uint8_t file_header[FILE_HEADER_SIZE];
    packet_header_t header;
    uint32_t link;
    unsigned left_out = 0;

    if (fread(file_header, 1, sizeof file_header, stdin) != sizeof file_header)
        return EXIT_FAILURE;
    memcpy(&link, file_header + LINK_AT, sizeof link);
    put(file_header, sizeof file_header);
    while (fread(&header, 1, sizeof header, stdin) == sizeof header) {
        tcp_place_t place;
        unknown_layer_t unknown;

        if (header.captured > PACKET_MAX ||
            fread(bytes, 1, header.captured, stdin) != header.captured)
            return EXIT_FAILURE;

        const captured_frame_t frame = {.link = link_of(link),
                                        .bytes = bytes,
                                        .captured = header.captured,
                                        .reported = header.reported};

        if (layers_decode(&frame, &place, &unknown) == LAYERS_UNKNOWN) {
            left_out++;
            continue;
        }
        put(&header, sizeof header);
        put(bytes, header.captured);
    }
    fprintf(stderr, "%u frames left out\n", left_out);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
