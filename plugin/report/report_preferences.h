/* report_preferences.h
 * What the user may set of the reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_PREFERENCES_H
#define TCPSTATE_REPORT_PREFERENCES_H

typedef struct report_preferences {
    int format;          /* report_format_t */
    const char *columns; /* of the text; "": those that are usual */
} report_preferences_t;

#endif
