/* field_place.h
 * Adding one field of the plugin to a tree: all are generated, none marks a byte of the frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FIELD_PLACE_H
#define TCPSTATE_FIELD_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include <epan/proto.h>

#include "segment.h"

/* Where the next field goes. */
typedef struct place {
    proto_tree *tree;
    tvbuff_t *tvb;
} place_t;

/* True where people see the tree, or files are written that have all of it. */
static inline bool is_on_display(const place_t *place)
{
    return PTREE_DATA(place->tree)->visible;
}

/* True where somebody asks for the field: the tree is on display, or a filter, a column or a
 * script names it. A text need not be made where nobody does. */
static inline bool is_wanted(const place_t *place, int field)
{
    return proto_field_is_referenced(place->tree, field);
}

/* Hides what says nothing new here. Filters, columns and scripts still have it. */
static inline void show_if(bool says_something, proto_item *item)
{
    if (!says_something)
        proto_item_set_hidden(item);
}

/* Adds a field that is wanted; else returns NULL, which is as good as an item to hide, and to put
 * others below(). Likewise the others. */
static inline proto_item *add_uint(const place_t *place, int field, uint32_t value)
{
    if (!is_wanted(place, field))
        return NULL;

    proto_item *item = proto_tree_add_uint(place->tree, field, place->tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

static inline proto_item *add_int(const place_t *place, int field, int32_t value)
{
    if (!is_wanted(place, field))
        return NULL;

    proto_item *item = proto_tree_add_int(place->tree, field, place->tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

static inline proto_item *add_string(const place_t *place, int field, const char *text)
{
    if (!is_wanted(place, field))
        return NULL;

    proto_item *item = proto_tree_add_string(place->tree, field, place->tvb, 0, 0, text);

    proto_item_set_generated(item);
    return item;
}

static inline proto_item *add_boolean(const place_t *place, int field, bool value)
{
    if (!is_wanted(place, field))
        return NULL;

    proto_item *item = proto_tree_add_boolean(place->tree, field, place->tvb, 0, 0, value);

    proto_item_set_generated(item);
    return item;
}

static inline void add_duration(const place_t *place, int field, int64_t nanoseconds)
{
    const nstime_t duration = {(time_t)(nanoseconds / NS_PER_S), (int)(nanoseconds % NS_PER_S)};

    proto_item_set_generated(proto_tree_add_time(place->tree, field, place->tvb, 0, 0, &duration));
}

/* The three that follow add nothing for a value that says nothing: frames and other numbers count
 * from 1. */
static inline void add_known(const place_t *place, int field, uint32_t value)
{
    if (value)
        add_uint(place, field, value);
}

static inline void add_frame(const place_t *place, int field, uint32_t frame)
{
    add_known(place, field, frame);
}

static inline void add_time(const place_t *place, int field, int64_t nanoseconds)
{
    if (nanoseconds != NO_TIME)
        add_duration(place, field, nanoseconds);
}

/* The place below an item; where that was not wanted, nobody sees that there is none. */
static inline place_t below(const place_t *place, proto_item *item, int ett)
{
    return (place_t){item ? proto_item_add_subtree(item, ett) : place->tree, place->tvb};
}

#endif
