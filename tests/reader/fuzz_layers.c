/* fuzz_layers.c
 * The layers of a frame, and the TCP header that is found in them, as a target of libFuzzer:
 * whatever is captured, nothing is read beyond it, and a TCP header that was found lies in it.
 *
 * The first byte of the input is the link type, the second one how many bytes more there were on
 * the wire than were captured, the third one how many of them are a check sequence; the rest is the
 * frame. fuzz.py writes frames of captures like that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "layers.h"
#include "tcp_layer.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    enum { OPTIONS = 3 };
    tcp_place_t place = {0};
    tcp_layer_t layer;
    unknown_layer_t unknown = {0};

    if (size < OPTIONS)
        return 0;

    const captured_frame_t frame = {.link = input[0] % (LINK_SLL2 + 1),
                                    .bytes = input + OPTIONS,
                                    .captured = size - OPTIONS,
                                    .reported = size - OPTIONS + input[1],
                                    .fcs = input[2]};

    switch (layers_decode(&frame, &place, &unknown)) {
    case LAYERS_TCP:
        if (place.bytes < frame.bytes ||
            place.bytes + place.captured > frame.bytes + frame.captured ||
            place.captured > place.reported)
            abort();
        tcp_layer_read(&layer, &place);
        break;
    case LAYERS_UNKNOWN:
        if (!unknown.name)
            abort();
        break;
    case LAYERS_WITHOUT_TCP:
        break;
    }
    return 0;
}
