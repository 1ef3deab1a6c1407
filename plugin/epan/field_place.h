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
    proto_tree *tree; /* NULL: nobody wants any */
    tvbuff_t *tvb;
    bool on_display; /* people see the tree, or files are written that have all of it */
} place_t;

static inline place_t place_in(proto_tree *tree, tvbuff_t *tvb)
{
    return (place_t){tree, tvb, tree && PTREE_DATA(tree)->visible};
}

/* Wireshark's records of the plugin's fields, by field_place_register(). A segment asks for dozens
 * of them, and Wireshark would look each up. */
extern struct field_records {
    int first;                    /* the number of the first field */
    const header_field_info **of; /* by number, counted from that */
} field_records;

/* Registers fields with Wireshark; the plugin adds no others. */
void field_place_register(int proto_tcpstate, hf_register_info *fields, int count);

/* True where somebody asks for the field: the tree is on display, or a filter, a column or a
 * script names it. A text need not be made where nobody does. */
static inline bool is_wanted(const place_t *place, int field)
{
    return place->on_display ||
           field_records.of[field - field_records.first]->ref_type != HF_REF_TYPE_NONE;
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
    if (nanoseconds == NO_TIME || !is_wanted(place, field))
        return;

    const nstime_t duration = {(time_t)(nanoseconds / NS_PER_S), (int)(nanoseconds % NS_PER_S)};

    proto_item_set_generated(proto_tree_add_time(place->tree, field, place->tvb, 0, 0, &duration));
}

/* The place below an item; where that was not wanted, nobody sees that there is none. */
static inline place_t below(const place_t *place, proto_item *item, int ett)
{
    return (place_t){item ? proto_item_add_subtree(item, ett) : place->tree, place->tvb,
                     place->on_display};
}

#endif
