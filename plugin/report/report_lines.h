/* report_lines.h
 * The lines of a report on their way to a file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_LINES_H
#define TCPSTATE_REPORT_LINES_H

#include <glib.h>

#include <errno.h>
#include <stdio.h>

typedef struct report_lines {
    FILE *out;
    GString *line; /* the one that is being made, with its end */
    GString *cell; /* for whoever makes it */
    int error;     /* errno's number for the first thing that went wrong; 0: nothing has */
} report_lines_t;

/* Writes the line, and begins another one. */
static inline void report_lines_put(report_lines_t *lines)
{
    const size_t len = lines->line->len;

    errno = 0;
    if (fwrite(lines->line->str, 1, len, lines->out) != len && lines->error == 0)
        lines->error = errno ? errno : EIO;
    g_string_truncate(lines->line, 0);
}

/* Flushes the file. Returns 0, or errno's number for the first thing that went wrong with it. */
static inline int report_lines_end(report_lines_t *lines)
{
    if (fflush(lines->out) != 0 && lines->error == 0)
        lines->error = errno;
    return lines->error;
}

#endif
