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

#include "descriptor.h"
#include "privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
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

/* -- Root -------------------------------------------------------------------------------------- */

/* The library opens a capture by its name or reads standard input; what root has opened, nobody
 * could not open again. Returns false where it cannot be that; errno says why. */
static bool make_standard_input(int file)
{
    if (file == STDIN_FILENO)
        return true;

    const bool made = file >= 0 && dup2(file, STDIN_FILENO) >= 0;

    if (file >= 0)
        close(file);
    return made;
}

/* Returns -1 where it cannot be opened; errno says why. */
static int open_capture(const char *name)
{
    return strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
}

/* For a capture alone: nothing else has to be opened by root. */
static void become_nobody_and_read(const readers_work_t *work, unsigned capture,
                                   capture_result_t *result)
{
    if (make_standard_input(open_capture(work->names[capture])) && privileges_give_up())
        capture_read("-", work->partial, result);
    else
        capture_not_opened(errno, result);
}

/* The process that is nobody: reads what the other one opens, and tells it when that is done. */
static void read_opened(const readers_work_t *work, int from, int to)
{
    const char done = 0;
    const int failure = privileges_give_up() ? 0 : errno;
    opened_t opened;
    int file;

    while (descriptor_receive(from, &opened, &file)) {
        capture_result_t result;

        if (failure || opened.error)
            capture_not_opened(failure ? failure : opened.error, &result);
        else if (!make_standard_input(file))
            capture_not_opened(errno, &result);
        else
            capture_read("-", work->partial, &result);
        send_result(to, opened.number, &result);
        capture_result_clear(&result);
        send_bytes(from, &done, sizeof done);
    }
}

/* Opens a capture and waits until the other process has read it. Returns false where that one has
 * ended. */
static bool have_read(const readers_work_t *work, unsigned capture, int to)
{
    const int file = open_capture(work->names[capture]);
    const opened_t opened = {.number = capture, .error = file < 0 ? errno : 0};
    char done;
    const bool read_it =
        descriptor_send(to, &opened, file) && read(to, &done, sizeof done) == sizeof done;

    if (file > STDIN_FILENO)
        close(file);
    return read_it;
}

/* The process that is root opens captures, and reads nothing of them. */
static void open_captures(const readers_work_t *work, atomic_uint *next, int to)
{
    int ends[2];
    unsigned capture;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
        _exit(EXIT_FAILURE);

    const pid_t process = fork();

    if (process == 0) {
        close(ends[0]);
        read_opened(work, ends[1], to);
        _exit(EXIT_SUCCESS);
    }
    close(ends[1]);
    while (process > 0 && (capture = atomic_fetch_add(next, 1)) < work->count)
        if (!have_read(work, capture, ends[0]))
            _exit(EXIT_FAILURE);
    close(ends[0]);
    waitpid(process, NULL, 0);
}

/* -- Any user ---------------------------------------------------------------------------------- */

static void read_captures(const readers_work_t *work, atomic_uint *next, int to)
{
    unsigned capture;

    if (privileges_are_root()) {
        open_captures(work, next, to);
        return;
    }
    while ((capture = atomic_fetch_add(next, 1)) < work->count)
        read_capture(work, capture, to);
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
