/* report_conv.h
 * The report on connections: tshark -q -z tcpstate,conv[,filter].
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_CONV_H
#define TCPSTATE_REPORT_CONV_H

#include "incarnation.h"

/* Connections, each once, in any order. All zeros: none. Members are valid until the capture file
 * is closed. */
typedef struct report_members {
    GPtrArray *list;   /* of const incarnation_t *; NULL: empty */
    GByteArray *known; /* by incarnation_t.number: 1 is in the list */
} report_members_t;

/* Adds a connection; returns false where it was there. */
bool report_members_add(report_members_t *members, const incarnation_t *incarnation);

void report_members_clear(report_members_t *members);

/* Makes -z tcpstate,conv known. `format` is a preference, read when a report is written. */
void report_conv_register(const int *format);

#endif
