/* test_connection_store.c
 * Connections are found by their tuple, be the hash good or bad, and stay where they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connection_store.h"

enum { MANY = 3000 }; /* more than there are slots and addresses of blocks at first */

static unsigned hashed;

static guint hash_of_port(gconstpointer tuple)
{
    hashed++;
    return ((const tcp_tuple_t *)tuple)->port[0] * 2654435761u;
}

/* The last slots are followed by the first ones. */
static guint same_hash(gconstpointer tuple)
{
    (void)tuple;
    return G_MAXUINT;
}

static tcp_tuple_t tuple_of(unsigned number)
{
    return (tcp_tuple_t){.port = {(uint16_t)number, 80}, .address_len = 4};
}

static void check(GHashFunc hash, unsigned many)
{
    connection_store_t store = {.hash = hash};
    const tracked_connection_t *added[MANY];

    for (unsigned i = 0; i < many; i++) {
        const tcp_tuple_t tuple = tuple_of(i);

        assert_null(connection_store_find(&store, &tuple));
        added[i] = connection_store_find_or_add(&store, &tuple);
        assert_int_equal(added[i]->number, i + 1);
        assert_true(tcp_tuple_equal(&added[i]->tuple, &tuple));
        assert_null(added[i]->live);
    }
    assert_int_equal(store.count, many);
    for (unsigned i = 0; i < many; i++) {
        const tcp_tuple_t tuple = tuple_of(i);

        assert_ptr_equal(connection_store_find(&store, &tuple), added[i]);
        assert_ptr_equal(connection_store_find_or_add(&store, &tuple), added[i]);
        assert_ptr_equal(connection_store_at(&store, i + 1), added[i]);
    }
    connection_store_clear(&store);
    assert_int_equal(store.count, 0);
    assert_null(connection_store_find(&store, &(tcp_tuple_t){.address_len = 4}));
}

static void all_are_found(void **state)
{
    (void)state;
    check(hash_of_port, MANY);
}

static void all_are_found_that_have_the_same_hash(void **state)
{
    (void)state;
    check(same_hash, 300);
}

static void a_tuple_is_hashed_once(void **state)
{
    (void)state;
    connection_store_t store = {.hash = hash_of_port};

    hashed = 0;
    for (unsigned i = 0; i < MANY; i++) {
        const tcp_tuple_t tuple = tuple_of(i);

        connection_store_find_or_add(&store, &tuple);
    }
    assert_int_equal(hashed, MANY);
    connection_store_clear(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_found),
        cmocka_unit_test(all_are_found_that_have_the_same_hash),
        cmocka_unit_test(a_tuple_is_hashed_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
