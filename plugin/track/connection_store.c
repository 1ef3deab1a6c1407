/* connection_store.c
 * Where the connections of a capture stand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "connection_store.h"

enum { FIRST_ROOM = 256 }; /* slots */

/* -- Slots ------------------------------------------------------------------------------------- */

/* Goes from a slot to others, ever farther, and in `room` steps to all of them. */
typedef struct probe {
    uint32_t at;
    uint32_t step;
} probe_t;

static connection_slot_t *next_slot(const connection_store_t *store, probe_t *probe)
{
    probe->at += probe->step++;
    return &store->slots[probe->at & (store->room - 1)];
}

/* The connection's slot, or the free one where it would stand. There is a free one. */
static connection_slot_t *find_slot(const connection_store_t *store, const tcp_tuple_t *tuple,
                                    uint32_t hash)
{
    for (probe_t probe = {.at = hash};;) {
        connection_slot_t *slot = next_slot(store, &probe);

        if (slot->number == 0 ||
            (slot->hash == hash &&
             tcp_tuple_equal(&connection_store_at(store, slot->number)->tuple, tuple)))
            return slot;
    }
}

/* It has none yet. */
static void put(connection_store_t *store, connection_slot_t of)
{
    probe_t probe = {.at = of.hash};
    connection_slot_t *slot = next_slot(store, &probe);

    while (slot->number != 0)
        slot = next_slot(store, &probe);
    *slot = of;
}

/* An eighth of the slots is free, after one more connection, too. */
static void make_room(connection_store_t *store)
{
    const uint32_t before = store->room;
    connection_slot_t *slots = store->slots;

    if (store->count < before / 8 * 7)
        return;
    store->room = before > 0 ? 2 * before : FIRST_ROOM;
    store->slots = g_new0(connection_slot_t, store->room);
    for (uint32_t i = 0; i < before; i++)
        if (slots[i].number != 0)
            put(store, slots[i]);
    g_free(slots);
}

/* -- Blocks ------------------------------------------------------------------------------------ */

/* One more block where the last one is full; room for their addresses doubles. */
static void make_block(connection_store_t *store)
{
    const uint32_t blocks = store->count / CONNECTION_BLOCK;

    if (store->count % CONNECTION_BLOCK != 0)
        return;
    if ((blocks & (blocks - 1)) == 0)
        store->blocks =
            g_renew(tracked_connection_t *, store->blocks, blocks > 0 ? 2 * (gsize)blocks : 1);
    store->blocks[blocks] = g_new0(tracked_connection_t, CONNECTION_BLOCK);
}

/* -- All together ------------------------------------------------------------------------------ */

tracked_connection_t *connection_store_find(const connection_store_t *store,
                                            const tcp_tuple_t *tuple)
{
    if (store->count == 0)
        return NULL;

    const connection_slot_t *slot = find_slot(store, tuple, store->hash(tuple));

    return slot->number != 0 ? connection_store_at(store, slot->number) : NULL;
}

tracked_connection_t *connection_store_find_or_add(connection_store_t *store,
                                                   const tcp_tuple_t *tuple)
{
    const uint32_t hash = store->hash(tuple);

    make_room(store);

    connection_slot_t *slot = find_slot(store, tuple, hash);

    if (slot->number != 0)
        return connection_store_at(store, slot->number);
    make_block(store);
    *slot = (connection_slot_t){.hash = hash, .number = ++store->count};

    tracked_connection_t *added = connection_store_at(store, store->count);

    added->tuple = *tuple;
    added->number = store->count;
    return added;
}

void connection_store_clear(connection_store_t *store)
{
    for (uint32_t number = 1; number <= store->count; number++)
        tracked_clear(connection_store_at(store, number));
    for (uint32_t first = 0; first < store->count; first += CONNECTION_BLOCK)
        g_free(store->blocks[first / CONNECTION_BLOCK]);
    g_free(store->blocks);
    g_free(store->slots);
    *store = (connection_store_t){.hash = store->hash};
}
