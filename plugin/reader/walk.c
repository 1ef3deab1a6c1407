/* walk.c
 * A frame whose layers are taken apart, one by one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

layers_result_t walk_unknown(walk_t *walk, const char *name)
{
    *walk->unknown = (unknown_layer_t){.name = name};
    return LAYERS_UNKNOWN;
}

layers_result_t walk_unknown_number(walk_t *walk, const char *name, unsigned number)
{
    *walk->unknown = (unknown_layer_t){.name = name, .numbered = true, .number = number};
    return LAYERS_UNKNOWN;
}

layers_result_t walk_unknown_type(walk_t *walk, const char *name, unsigned type)
{
    *walk->unknown = (unknown_layer_t){.name = name, .numbered = true, .number = type, .hex = true};
    return LAYERS_UNKNOWN;
}

bool walk_enter(walk_t *walk)
{
    enum { LAYERS_MAX = 16 };

    return ++walk->layers <= LAYERS_MAX;
}

layers_result_t layers_decode(const captured_frame_t *frame, tcp_place_t *place,
                              unknown_layer_t *unknown)
{
    walk_t walk = {.view = {frame->bytes, frame->captured, frame->reported},
                   .place = place,
                   .unknown = unknown};

    if (frame->captured > frame->reported)
        return walk_unknown(&walk, "frame of which more was captured than there was");
    if (frame->link == LINK_ETHERNET)
        return layer_ethernet(&walk, frame->fcs);
    return layer_link(&walk, frame->link);
}
