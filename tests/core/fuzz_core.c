/* fuzz_core.c
 * The analysis as a target of libFuzzer: any sequence of segments.
 *
 * drive.h sends each segment as the core tests do, so that all holds here that holds there: states
 * and moves are those of RFC 9293, steps do not go back, the short way and the full way have the
 * same result, and so has the conversation with its sides exchanged, its numbers shifted and its
 * times moved (consistency.h, disguise.h). The numbers are near those that matter: random ones
 * would all lie outside the window. seeds.py writes captures in this form.
 *
 * To see what an input sends and what that shows: TCPSTATE_SHOW=1 fuzz_core INPUT.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <inttypes.h>
#include <stdlib.h>

#include "drive.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum {
    SEGMENTS_MAX = 300,
    NUMBERS_MAX = 64 /* of one side, that later segments can refer to */
};

/* A number: one of those that segments have mentioned, and its distance from that. */
typedef struct input_number {
    uint8_t which; /* 0: the one mentioned last */
    int8_t beyond; /* bytes or windows */
} input_number_t;

/* One segment of the input; bytes alone, so there is no padding. */
typedef struct input {
    uint8_t flags; /* of TCP, the lower eight */
    uint8_t how;   /* bits of how_t */
    uint8_t len;   /* index into lengths */
    input_number_t seq;
    input_number_t ack;
    int8_t time;    /* since the segment before: a power of two of 0.1 ms; negative: back */
    uint8_t window; /* lower half: index into windows; upper half: scale of a SYN; top bit: CE */
    int8_t clock;   /* of the timestamps, since the last of this side */
} input_t;

typedef enum how {
    FROM_SERVER = 1,
    SEQ_FAR = 2, /* beyond: windows */
    ACK_FAR = 4,
    WITH_TIMESTAMPS = 8,
    MARKED = 16,
    ACCURATE = 32, /* the flag AE */
    COPIED = 64,   /* perhaps a copy */
    DAMAGED = 128
} how_t;

/* The numbers of one side that segments have mentioned, the last one first; relative to its isn. */
typedef struct numbers {
    uint32_t number[NUMBERS_MAX];
    unsigned count;
} numbers_t;

static const uint32_t lengths[] = {0, 0, 1, 2, 100, 1000, 1460, 65535};
static const uint16_t windows[] = {WINDOW, WINDOW, 0, 1, WINDOW / 2, 65535};

static numbers_t mentioned[2]; /* by side */
static uint32_t clocks[2];
static uint64_t segments; /* of all inputs */
static bool shows;        /* each segment is printed */

static void mention(numbers_t *numbers, uint32_t number)
{
    unsigned place = 0;

    while (place < numbers->count && numbers->number[place] != number)
        place++;
    if (place == NUMBERS_MAX)
        place--;
    else if (place == numbers->count)
        numbers->count++;
    memmove(numbers->number + 1, numbers->number, place * sizeof numbers->number[0]);
    numbers->number[0] = number;
}

static uint32_t near(const numbers_t *numbers, input_number_t input, bool far)
{
    const uint32_t number = numbers->count ? numbers->number[input.which % numbers->count] : 0;

    return number + (uint32_t)(input.beyond * (far ? WINDOW : 1));
}

static int64_t pause_of(int8_t time)
{
    const int64_t length = (MILLISECOND / 10) << (abs(time) % 24); /* up to 14 minutes */

    return time < 0 ? -length : length;
}

/* libFuzzer counts inputs alone. */
static void tell_segments(void)
{
    fprintf(stderr, "%" PRIu64 " segments\n", segments);
}

/* What the next segment has apart from flags, numbers and length. */
static void prepare(const input_t *input, unsigned side)
{
    wait_for(pause_of(input->time));
    window(windows[(input->window & 15) % (sizeof windows / sizeof windows[0])]);
    if (input->how & WITH_TIMESTAMPS) {
        clocks[side] += (uint32_t)input->clock;
        timestamps(clocks[side], clocks[!side]);
    }
    if (input->how & MARKED)
        ip_ecn(input->window & 0x80 ? IP_ECN_CE : IP_ECN_ECT_0);
    drive.next.perhaps_copy = input->how & COPIED;
    drive.next.checksum = input->how & DAMAGED ? CHECKSUM_BAD : CHECKSUM_GOOD;
    if (input->flags & SYN) {
        sack_permitted();
        window_scale(input->window >> 4);
    }
}

static void print_segment(unsigned side, unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    const segment_t *next = &drive.next;
    const int64_t pause = drive.frame ? drive.when + TICK - drive.sent.when : 0;
    char text[100];

    printf("%6" PRIu32 " %+12.1f ms  %s  %s seq=%" PRId32 " ack=%" PRId32 " len=%" PRIu32 " win=%u",
           drive.frame + 1, (double)pause / MILLISECOND, side == CLIENT ? "client" : "server",
           segment_flags_text((uint16_t)flags, text, sizeof text), (int32_t)seq, (int32_t)ack, len,
           next->window);
    if (next->has_timestamps)
        printf(" clock=%" PRId32 " echo=%" PRId32, (int32_t)next->ts_value, (int32_t)next->ts_echo);
    printf("%s%s%s",
           next->ip_ecn == IP_ECN_CE ? " CE"
           : next->ip_ecn            ? " ECT"
                                     : "",
           next->perhaps_copy ? " perhaps-copy" : "",
           next->checksum == CHECKSUM_BAD ? " damaged" : "");
    fflush(stdout); /* what comes next may end the program */
}

static void print_result(void)
{
    printf("  %s", phase_text());
    printf("  %s\n", states_text(&drive.shown));
}

static void send_input(const input_t *input)
{
    const unsigned side = input->how & FROM_SERVER ? SERVER : CLIENT;
    const unsigned flags = input->flags | (input->how & ACCURATE ? TCP_FLAG_AE : 0);
    const uint32_t len = lengths[input->len % (sizeof lengths / sizeof lengths[0])];
    const uint32_t seq = near(&mentioned[side], input->seq, input->how & SEQ_FAR);
    const uint32_t ack = near(&mentioned[!side], input->ack, input->how & ACK_FAR);

    prepare(input, side);
    if (shows)
        print_segment(side, flags, seq, ack, len);
    send_from(side, flags, seq, ack, len);
    if (shows)
        print_result();
    mention(&mentioned[side], seq);
    mention(&mentioned[side], segment_end(&drive.sent) - drive.isn[side]);
    if (flags & ACK)
        mention(&mentioned[!side], ack);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    shows = getenv("TCPSTATE_SHOW") != NULL;
    return atexit(tell_segments);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    begin(NULL);
    memset(mentioned, 0, sizeof mentioned);
    memset(clocks, 0, sizeof clocks);
    for (; size >= sizeof(input_t) && drive.frame < SEGMENTS_MAX; size -= sizeof(input_t)) {
        input_t input;

        memcpy(&input, bytes, sizeof input);
        send_input(&input);
        segments++;
        bytes += sizeof input;
    }
    return 0;
}
