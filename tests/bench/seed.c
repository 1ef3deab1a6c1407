/* seed.c
 * Wireshark's hash tables begin with a number by chance. Preloaded, this makes it the same one in
 * each run, so that runs need the same instructions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdint.h>

uint32_t g_random_int(void);

/* Instead of GLib's. */
uint32_t g_random_int(void)
{
    static uint32_t state = 1;

    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return state;
}
