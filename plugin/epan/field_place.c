/* field_place.c
 * The fields of the plugin, as Wireshark knows them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "field_place.h"

struct field_records field_records;

/* Wireshark numbers fields in the order in which they are registered. */
void field_place_register(int proto_tcpstate, hf_register_info *fields, int count)
{
    proto_register_field_array(proto_tcpstate, fields, count);
    if (!field_records.of)
        field_records.first = *fields[0].p_id;

    const int end = *fields[count - 1].p_id + 1 - field_records.first;

    field_records.of =
        wmem_realloc(wmem_epan_scope(), field_records.of, (size_t)end * sizeof *field_records.of);
    for (int i = 0; i < count; i++)
        field_records.of[*fields[i].p_id - field_records.first] =
            proto_registrar_get_nth(*fields[i].p_id);
}
