/* fuzz_core.c
 * The analysis as a target of libFuzzer: any sequence of segments.
 *
 * drive.h sends each segment as the core tests do, so that all holds here that holds there: states
 * and moves are those of RFC 9293, steps do not go back, the short way and the full way have the
 * same result, and so has the conversation with its sides exchanged, its numbers shifted and its
 * times moved (consistency.h, disguise.h). The numbers are near those that matter: random ones
 * would all lie outside the window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdlib.h>

#include "drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { SEGMENTS_MAX = 300 };

/* One segment of the input. */
typedef struct input {
    uint8_t flags;  /* of TCP, the lower eight */
    uint8_t how;    /* bits of how_t */
    uint8_t len;    /* index into lengths */
    int8_t seq;     /* from where the sender stands */
    int8_t ack;     /* from where the receiver stands */
    int8_t time;    /* since the segment before: a power of two of 0.1 ms; negative: back */
    uint8_t window; /* index into windows */
    int8_t clock;   /* of the timestamps, since the last of this side */
} input_t;

typedef enum how {
    FROM_SERVER = 1,
    SEQ_FAR = 2, /* a step of seq is a whole window */
    ACK_FAR = 4,
    WITH_TIMESTAMPS = 8,
    MARKED = 16,
    ACCURATE = 32, /* the flag AE */
    COPIED = 64,   /* perhaps a copy */
    DAMAGED = 128
} how_t;

static const uint32_t lengths[] = {0, 0, 1, 2, 100, 1000, 1460, 65535};
static const uint16_t windows[] = {WINDOW, WINDOW, 0, 1, WINDOW / 2, 65535};

static uint32_t clocks[2];
static uint64_t segments; /* of all inputs */

/* `offset` from the number, in bytes or windows. */
static uint32_t near(uint32_t number, int8_t offset, bool far)
{
    return number + (uint32_t)(offset * (far ? WINDOW : 1));
}

static int64_t pause_of(int8_t time)
{
    const int64_t length = (MILLISECOND / 10) << (abs(time) % 24); /* up to 14 minutes */

    return time < 0 ? -length : length;
}

/* libFuzzer counts inputs alone. */
static void count_segment(void)
{
    if (++segments % 10000000 == 0)
        fprintf(stderr, "%" PRIu64 " segments\n", segments);
}

static void send_input(const input_t *input)
{
    const unsigned side = input->how & FROM_SERVER ? SERVER : CLIENT;
    const endpoint_t *sender = &drive.connection.end[side];
    const endpoint_t *receiver = &drive.connection.end[!side];
    const unsigned flags = input->flags | (input->how & ACCURATE ? TCP_FLAG_AE : 0);
    const uint32_t next = sender->snd_known ? sender->snd_nxt - drive.isn[side] : 0;
    const uint32_t peer_next = receiver->snd_known ? receiver->snd_nxt - drive.isn[!side] : 0;

    wait_for(pause_of(input->time));
    window(windows[input->window % (sizeof windows / sizeof windows[0])]);
    if (input->how & WITH_TIMESTAMPS) {
        clocks[side] += (uint32_t)input->clock;
        timestamps(clocks[side], clocks[!side]);
    }
    if (input->how & MARKED)
        ip_ecn(input->window & 0x80 ? IP_ECN_CE : IP_ECN_ECT_0);
    drive.next.perhaps_copy = input->how & COPIED;
    drive.next.checksum = input->how & DAMAGED ? CHECKSUM_BAD : CHECKSUM_GOOD;
    if (flags & SYN) {
        sack_permitted();
        window_scale(input->window >> 4);
    }
    send_from(side, flags, near(next, input->seq, input->how & SEQ_FAR),
              near(peer_next, input->ack, input->how & ACK_FAR),
              lengths[input->len % (sizeof lengths / sizeof lengths[0])]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    begin(NULL);
    memset(clocks, 0, sizeof clocks);
    for (; size >= sizeof(input_t) && drive.frame < SEGMENTS_MAX; size -= sizeof(input_t)) {
        input_t input;

        memcpy(&input, bytes, sizeof input);
        send_input(&input);
        count_segment();
        bytes += sizeof input;
    }
    return 0;
}
