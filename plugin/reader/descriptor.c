/* descriptor.c
 * Hands open files from one process to another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* MSG_CMSG_CLOEXEC */

#include "descriptor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* What accompanies a message, in the form that the socket wants. */
typedef union ancillary {
    struct cmsghdr header; /* for its alignment */
    char bytes[CMSG_SPACE(sizeof(int))];
} ancillary_t;

bool descriptor_send(int to, const opened_t *opened, int file)
{
    opened_t content = *opened;
    struct iovec part = {&content, sizeof content};
    ancillary_t ancillary = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t sent;

    if (opened->error == 0) {
        message.msg_control = ancillary.bytes;
        message.msg_controllen = sizeof ancillary.bytes;

        struct cmsghdr *header = CMSG_FIRSTHDR(&message);

        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof file);
        memcpy(CMSG_DATA(header), &file, sizeof file);
    }
    do
        sent = sendmsg(to, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof content;
}

bool descriptor_receive(int from, opened_t *opened, int *file)
{
    struct iovec part = {opened, sizeof *opened};
    ancillary_t ancillary;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = ancillary.bytes,
                             .msg_controllen = sizeof ancillary.bytes};
    ssize_t received;

    *file = -1;
    do
        received = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received != (ssize_t)sizeof *opened)
        return false;

    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    if (opened->error == 0 && header && header->cmsg_type == SCM_RIGHTS)
        memcpy(file, CMSG_DATA(header), sizeof *file);
    return true;
}
