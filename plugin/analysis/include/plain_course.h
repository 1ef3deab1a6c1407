/* plain_course.h
 * Whether a connection has kept to a plain course so far: a plain SYN, its answer, the third step,
 * then data, ACKs and FINs in order, each just where the last one has ended.
 *
 * Most short connections do. As long as one does, none of its segments raises an anomaly, begins
 * another incarnation, is damaged, or cuts anew what was sent before. So nobody has to hear of them
 * at once, and they are analysed when somebody asks. Knows: numbers, windows and flags. Does not
 * know: states, nor what a segment shows. It may well say that a course is not plain that is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PLAIN_COURSE_H
#define TCPSTATE_PLAIN_COURSE_H

#include "connection.h"

/* What came last. */
typedef enum plain_stage { PLAIN_NOTHING, PLAIN_SYN, PLAIN_SYN_ACK, PLAIN_OPEN } plain_stage_t;

/* What one side has sent. */
typedef struct plain_side {
    uint32_t next;  /* its next number */
    bool timed;     /* it has sent timestamps: */
    uint32_t clock; /* the last one */
    bool scales;    /* its SYN offers to scale windows, */
    uint8_t scale;  /* and so many bits are in use */
    uint32_t acked; /* what it has acknowledged; valid from the SYN-ACK on, and so is: */
    uint32_t edge;  /* up to here, and not beyond, the other side may send */
    bool fin;       /* it has sent its FIN */
} plain_side_t;

/* All zeros: nothing was seen. */
typedef struct plain_course {
    bool left;       /* a segment was not plain; nothing else is valid */
    uint8_t stage;   /* plain_stage_t */
    uint8_t client;  /* which side; valid from its SYN on */
    int64_t closing; /* when the last FIN was captured; valid if there was one */
    plain_side_t side[2];
} plain_course_t;

/* Takes the next segment of the connection, from its first one on. Returns whether the course is
 * still plain with it. */
bool plain_course_take(plain_course_t *course, const connection_options_t *options,
                       const segment_t *segment, unsigned side);

#endif
