/* tuple_address.h
 * The ends of a 4-tuple as Wireshark's addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TUPLE_ADDRESS_H
#define TCPSTATE_TUPLE_ADDRESS_H

#include "tcp_tuple.h"

#include <epan/address.h>

/* The address of a side; it points into the tuple. */
static inline address tuple_address(const tcp_tuple_t *tuple, unsigned side)
{
    address end;

    set_address(&end, tuple->address_len == 4 ? AT_IPv4 : AT_IPv6, (int)tuple->address_len,
                tuple->address[side]);
    return end;
}

#endif
