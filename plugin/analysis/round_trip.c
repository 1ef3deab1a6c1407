/* round_trip.c
 * How long a segment takes from one end to the other and back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "round_trip.h"

#include "times.h"

/* -- Using it ---------------------------------------------------------------------------------- */

int64_t round_trip_time(const analysis_t *analysis)
{
    const round_trip_t *round_trip = &analysis->connection->round_trip;

    return round_trip->known ? round_trip->time : TIME_ROUND_TRIP_GUESS;
}

bool round_trip_passed(const analysis_t *analysis, int64_t then)
{
    const int64_t time = round_trip_time(analysis);

    return analysis_since(analysis, then) >=
           (time > TIME_CAPTURE_ORDER ? time : TIME_CAPTURE_ORDER);
}

/* When the segment was sent, on the clock of the capture and without what it waited in a queue: by
 * its timestamp, counted from the last one of its sender. Never later than its capture. */
static int64_t time_sent(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    const uint32_t ticks = segment->ts_value - sender->ts_last;
    const int64_t sent = sender->ts_last_time + (int64_t)ticks * TIME_TIMESTAMP_TICK;

    return sent < segment->when ? sent : segment->when;
}

static int64_t longer(int64_t time, const timed_data_t *timed)
{
    if (timed->set_back)
        return SEGMENT_TIME_MAX;
    return timed->longest > time ? timed->longest : time;
}

/* The longest seen: queues make it longer than the handshake's. */
static int64_t longest(const analysis_t *analysis)
{
    const round_trip_t *round_trip = &analysis->connection->round_trip;

    return longer(longer(round_trip->time, &round_trip->timed[0]), &round_trip->timed[1]);
}

bool round_trip_sent_after(const analysis_t *analysis, const comparison_t *compared, int64_t then)
{
    const round_trip_t *round_trip = &analysis->connection->round_trip;
    const int64_t queue = round_trip->time > SEGMENT_TIME_MAX / QUEUE_ROUND_TRIPS
                              ? SEGMENT_TIME_MAX
                              : QUEUE_ROUND_TRIPS * round_trip->time;

    if (!round_trip_passed(analysis, then))
        return false;
    if (analysis->segment->has_timestamps && compared->age == AGE_NEW &&
        analysis->sender->ts_known && round_trip->known)
        return time_sent(analysis) - then >= round_trip->time;
    return analysis_since(analysis, then) >= (queue > TIME_QUEUE_MIN ? queue : TIME_QUEUE_MIN);
}

bool round_trip_clock_is_after(const analysis_t *analysis, const comparison_t *compared,
                               int64_t then)
{
    return analysis->segment->has_timestamps && compared->age == AGE_NEW &&
           analysis->sender->ts_known && analysis->connection->round_trip.known &&
           time_sent(analysis) - then > longest(analysis) + TIME_TIMESTAMP_TICK;
}

bool round_trip_is_answer(const analysis_t *analysis)
{
    return analysis->receiver->spoke &&
           analysis_since(analysis, analysis->receiver->last_time) < TIME_QUICK_ANSWER;
}

bool round_trip_may_be_copy(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const recent_segment_t *last = endpoint_recent(analysis->sender, 0);
    const segment_t *segment = analysis->segment;

    return last && last->end == segment_end(segment) && last->ip_id == segment->ip_id &&
           (!receiver->spoke || receiver->last_time <= last->when) &&
           !round_trip_passed(analysis, last->when);
}

bool round_trip_explains_gap(const analysis_t *analysis, uint32_t beyond, uint32_t window,
                             int64_t then)
{
    const round_trip_t *round_trip = &analysis->connection->round_trip;

    if (!round_trip->known || window == 0)
        return true;

    const int64_t since = analysis_since(analysis, then);
    const int64_t round_trips = (int64_t)(beyond / window) + 1;

    return since >= 0 && (round_trip->time == 0 || since / round_trip->time >= round_trips);
}

/* -- Measuring it ------------------------------------------------------------------------------ */

/* The ACK of what is being timed. */
static void stop(timed_data_t *timed, const segment_t *segment)
{
    if (!timed->running || seq_before(segment->ack, timed->end))
        return;
    const int64_t took = segment->when - timed->start;

    timed->running = false;
    if (took < 0) {
        timed->set_back = true;
        return;
    }
    if (!timed->done || took > timed->longest)
        timed->longest = took;
    timed->done = true;
}

/* Only what is sent once can be timed: nobody knows which copy is acknowledged (RFC 6298 3). */
static void start(timed_data_t *timed, const segment_t *segment, bool repeats)
{
    if (segment_len(segment) == 0)
        return;
    if (repeats) {
        timed->running = false;
    } else if (!timed->running) {
        timed->running = true;
        timed->end = segment_end(segment);
        timed->start = segment->when;
    }
}

void round_trip_measure(round_trip_t *round_trip, const segment_t *segment, unsigned side,
                        bool repeats)
{
    stop(&round_trip->timed[!side], segment);
    start(&round_trip->timed[side], segment, repeats);
}

void round_trip_note(analysis_t *analysis, int64_t nanoseconds)
{
    round_trip_t *round_trip = &analysis->owned->round_trip;

    if (nanoseconds < 0) /* the clock of the capture was set back */
        return;
    round_trip->known = true;
    round_trip->time = nanoseconds < SEGMENT_TIME_MAX ? nanoseconds : SEGMENT_TIME_MAX;
}

void round_trip_settle(analysis_t *analysis)
{
    const round_trip_t *round_trip = &analysis->connection->round_trip;
    const timed_data_t *timed = round_trip->timed;

    if (!round_trip->known && timed[0].done && timed[1].done)
        round_trip_note(analysis, timed[0].longest + timed[1].longest);
}
