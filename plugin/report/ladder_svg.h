/* ladder_svg.h
 * Draws the ladder as an SVG picture: coloured lifelines, slanted arrows, gaps in time.
 *
 * The picture uses nothing from outside, names no font that has to be there, and has the colour of
 * the text around it, so that a page may be dark. What is to be known of a segment beyond its label
 * is a title, which viewers show under the pointer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_SVG_H
#define TCPSTATE_LADDER_SVG_H

#include "connection_record.h"
#include "ladder.h"

/* Appends the connection's ladder, which is settled, as an <svg> element in
 * UTF-8. `time_wait`: how long TIME-WAIT lasts, nanoseconds. For whoever puts it into a page: what
 * is white for want of paper has the class "paper", what is coloured for an anomaly "remark" or
 * "warning", and data-rows has the heights, separated by spaces, at which it may be cut. */
void ladder_append_svg(GString *to, const connection_record_t *record, const ladder_t *ladder,
                       int64_t time_wait);

#endif
