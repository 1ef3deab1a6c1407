/* readers.c
 * Reads many captures, in several processes, and hands over what was found in order.
 *
 * Each process takes the next capture that nobody has taken yet, by a number that they share, and
 * sends its result through a pipe. Root opens a capture and has it read by a process of nobody's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */

#include "readers.h"

#include "privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What precedes the connections, the error and the name of the layer. */
typedef struct message {
    unsigned capture; /* its place in the list */
    unsigned connections;
    unsigned packed_size;
    bool has_error;
    unsigned error_size;
    unsigned layer_size;
    uint32_t unknown_frames;
    uint32_t first_unknown;
} message_t;

typedef struct reader {
    pid_t process;
    int from; /* the pipe of its results; -1: it has ended */
} reader_t;

/* -- A reading process ------------------------------------------------------------------------- */

/* Ends this process if nobody reads what it writes any more. */
static void send_bytes(int to, const void *bytes, size_t size)
{
    const char *at = bytes;

    while (size > 0) {
        const ssize_t written = write(to, at, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            _exit(EXIT_FAILURE);
        at += written;
        size -= (size_t)written;
    }
}

static unsigned size_of(const char *text)
{
    return text ? (unsigned)strlen(text) : 0;
}

static void send_result(int to, unsigned capture, const capture_result_t *result)
{
    const message_t message = {.capture = capture,
                               .connections = result->connections,
                               .packed_size = result->packed->len,
                               .has_error = result->error != NULL,
                               .error_size = size_of(result->error),
                               .layer_size = size_of(result->unknown_layer),
                               .unknown_frames = result->unknown_frames,
                               .first_unknown = result->first_unknown};

    send_bytes(to, &message, sizeof message);
    send_bytes(to, result->packed->data, message.packed_size);
    send_bytes(to, result->error, message.error_size);
    send_bytes(to, result->unknown_layer, message.layer_size);
}

static void read_capture(const readers_work_t *work, unsigned capture, int to)
{
    capture_result_t result;

    capture_read(work->names[capture], work->partial, &result);
    send_result(to, capture, &result);
    capture_result_clear(&result);
}

/* Makes the capture this process' standard input, while it may still be opened. Returns false where
 * it cannot be, or root's rights cannot be given up; errno says why. */
static bool become_nobody_with(const char *name)
{
    if (strcmp(name, "-") != 0) {
        const int file = open(name, O_RDONLY | O_CLOEXEC);

        if (file < 0 || dup2(file, STDIN_FILENO) < 0)
            return false;
        if (file != STDIN_FILENO)
            close(file);
    }
    return privileges_give_up();
}

static void become_nobody_and_read(const readers_work_t *work, unsigned capture,
                                   capture_result_t *result)
{
    if (become_nobody_with(work->names[capture]))
        capture_read("-", work->partial, result);
    else
        capture_not_opened(errno, result);
}

/* Ends this process where the one that reads the capture has not come to its end: what it has sent
 * is not whole. */
static void read_as_nobody(const readers_work_t *work, unsigned capture, int to)
{
    const pid_t process = fork();
    int status;

    if (process == 0) {
        capture_result_t result;

        become_nobody_and_read(work, capture, &result);
        send_result(to, capture, &result);
        _exit(EXIT_SUCCESS);
    }
    if (process < 0 || waitpid(process, &status, 0) != process || status != 0)
        _exit(EXIT_FAILURE);
}

static void read_captures(const readers_work_t *work, atomic_uint *next, int to)
{
    unsigned capture;

    while ((capture = atomic_fetch_add(next, 1)) < work->count) {
        if (privileges_are_root())
            read_as_nobody(work, capture, to);
        else
            read_capture(work, capture, to);
    }
}

/* -- This process ------------------------------------------------------------------------------ */

/* Results as they come in. */
typedef struct collection {
    const readers_work_t *work;
    capture_result_t *results; /* by place in the list */
    bool *known;
    unsigned taken; /* how many were handed over */
} collection_t;

static bool receive_bytes(int from, void *bytes, size_t size)
{
    char *at = bytes;

    while (size > 0) {
        const ssize_t count = read(from, at, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        at += count;
        size -= (size_t)count;
    }
    return true;
}

static bool receive_text(int from, unsigned size, char **text)
{
    *text = g_malloc0(size + (size_t)1);
    return receive_bytes(from, *text, size);
}

static bool receive_rest(int from, const message_t *message, capture_result_t *result)
{
    bool whole;

    g_byte_array_set_size(result->packed, message->packed_size);
    whole = receive_bytes(from, result->packed->data, message->packed_size);
    if (whole && message->has_error)
        whole = receive_text(from, message->error_size, &result->error);
    if (whole && message->unknown_frames > 0)
        whole = receive_text(from, message->layer_size, &result->unknown_layer);
    return whole;
}

/* Returns false where the process has ended. */
static bool receive_result(int from, collection_t *collection)
{
    message_t message;

    if (!receive_bytes(from, &message, sizeof message))
        return false;

    capture_result_t result = {.connections = message.connections,
                               .packed = g_byte_array_new(),
                               .unknown_frames = message.unknown_frames,
                               .first_unknown = message.first_unknown};

    if (!receive_rest(from, &message, &result)) {
        capture_result_clear(&result);
        return false;
    }
    collection->results[message.capture] = result;
    collection->known[message.capture] = true;
    return true;
}

/* Hands over the results up to the first that is not known yet. */
static void hand_over(collection_t *collection)
{
    const readers_work_t *work = collection->work;

    while (collection->taken < work->count && collection->known[collection->taken]) {
        const unsigned capture = collection->taken++;

        work->take(work->data, work->names[capture], &collection->results[capture]);
        capture_result_clear(&collection->results[capture]);
    }
}

static void hand_over_lost(collection_t *collection)
{
    while (collection->taken < collection->work->count) {
        const unsigned capture = collection->taken;

        if (!collection->known[capture]) {
            collection->results[capture] =
                (capture_result_t){.packed = g_byte_array_new(),
                                   .error = g_strdup("the process that read it has ended")};
            collection->known[capture] = true;
        }
        hand_over(collection);
    }
}

static void collect(collection_t *collection, reader_t *readers, unsigned count)
{
    struct pollfd *polled = g_new(struct pollfd, count);
    unsigned running = count;

    while (running > 0) {
        for (unsigned i = 0; i < count; i++)
            polled[i] = (struct pollfd){.fd = readers[i].from, .events = POLLIN};
        if (poll(polled, count, -1) < 0 && errno != EINTR)
            break;
        for (unsigned i = 0; i < count; i++)
            if (polled[i].revents && !receive_result(readers[i].from, collection)) {
                close(readers[i].from);
                readers[i].from = -1;
                running--;
            }
        hand_over(collection);
    }
    g_free(polled);
}

/* Returns false where the system has no room for another process. */
static bool start(reader_t *reader, const readers_work_t *work, atomic_uint *next)
{
    int ends[2];

    if (pipe(ends) != 0)
        return false;
    reader->process = fork();
    if (reader->process == 0) {
        close(ends[0]);
        read_captures(work, next, ends[1]);
        _exit(EXIT_SUCCESS);
    }
    close(ends[1]);
    reader->from = ends[0];
    if (reader->process < 0)
        close(ends[0]);
    return reader->process > 0;
}

static void run_processes(const readers_work_t *work, atomic_uint *next, unsigned jobs)
{
    reader_t *readers = g_new0(reader_t, jobs);
    collection_t collection = {.work = work,
                               .results = g_new0(capture_result_t, work->count),
                               .known = g_new0(bool, work->count)};
    unsigned started = 0;

    while (started < jobs && start(&readers[started], work, next))
        started++;
    collect(&collection, readers, started);
    hand_over_lost(&collection);
    for (unsigned i = 0; i < started; i++)
        waitpid(readers[i].process, NULL, 0);
    g_free(collection.results);
    g_free(collection.known);
    g_free(readers);
}

static void run_here(const readers_work_t *work)
{
    for (unsigned i = 0; i < work->count; i++) {
        capture_result_t result;

        if (privileges_are_root())
            become_nobody_and_read(work, i, &result);
        else
            capture_read(work->names[i], work->partial, &result);
        work->take(work->data, work->names[i], &result);
        capture_result_clear(&result);
    }
}

void readers_run(const readers_work_t *work, unsigned jobs)
{
    /* Root can become nobody once. */
    if (work->count < 2 || (jobs < 2 && !privileges_are_root())) {
        run_here(work);
        return;
    }

    atomic_uint *next =
        mmap(NULL, sizeof *next, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (next == MAP_FAILED)
        g_error("no memory for a number"); /* as GLib ends where there is none */
    atomic_init(next, 0);
    run_processes(work, next, MIN(jobs, work->count));
    munmap((void *)next, sizeof *next);
}
