/* descriptor.h
 * Hands open files from one process to another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_DESCRIPTOR_H
#define TCPSTATE_DESCRIPTOR_H

#include <stdbool.h>

/* A file that was opened, or not. */
typedef struct opened {
    unsigned number; /* the caller's own */
    int error;       /* errno's number of why it could not be opened; 0: it was */
} opened_t;

/* Sends it through a socket of the family AF_UNIX. `file` is not sent where there was an error.
 * Returns false where nobody receives it. */
bool descriptor_send(int to, const opened_t *opened, int file);

/* Receives it. *file is the receiver's own then, -1 where there was an error. Returns false where
 * nothing more is sent. */
bool descriptor_receive(int from, opened_t *opened, int *file);

#endif
