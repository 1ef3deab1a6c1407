/* ladder.c
 * Rows and runs of the state ladder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder.h"

enum {
    RUN_MIN = 3 /* segments that make a run */
};

/* -- Numbers ----------------------------------------------------------------------------------- */

static void set_base(ladder_side_t *side, uint32_t base)
{
    if (!side->base_known) {
        side->base = base;
        side->base_known = true;
    }
}

/* A SYN has the initial number; else the first number captured is shown as 1. */
static void take_bases(ladder_t *ladder, const segment_t *segment, role_t from)
{
    if (segment_has(segment, TCP_FLAG_SYN)) {
        ladder->end[from].base = segment->seq;
        ladder->end[from].base_known = true;
    } else if (!segment_has(segment, TCP_FLAG_RST)) {
        set_base(&ladder->end[from], segment->seq - 1);
    }
    if (segment_has(segment, TCP_FLAG_ACK))
        set_base(&ladder->end[!from], segment->ack - 1);
}

uint32_t ladder_seq(const ladder_t *ladder, const ladder_row_t *row)
{
    return row->seq - ladder->end[row->from].base;
}

uint32_t ladder_ack(const ladder_t *ladder, const ladder_row_t *row)
{
    return row->ack - ladder->end[!row->from].base;
}

/* -- Rows -------------------------------------------------------------------------------------- */

static bool is_ordinary(uint8_t kind)
{
    return kind == SEGMENT_ACK || kind == SEGMENT_DATA || kind == SEGMENT_KEEP_ALIVE ||
           kind == SEGMENT_WINDOW_PROBE || kind == SEGMENT_WINDOW_UPDATE;
}

/* Nothing happens on it. */
static bool is_steady(const segment_t *segment, const observation_t *observation)
{
    const uint16_t telling = (uint16_t) ~(1u << ECN_ROLE_FEEDBACK);

    return is_ordinary(observation->kind) && !observation->perhaps_copy &&
           !observation->handshake_step && !observation->teardown_steps &&
           !observation->milestones && !observation->anomalies.raised &&
           !(observation->ecn.roles & telling) && segment->ip_ecn != IP_ECN_CE &&
           !observation_changed(observation) && !observation_facts(observation)->challenge_ack &&
           !observation_facts(observation)->acked_frame;
}

static const char *phase_of(const observation_t *observation)
{
    char phase[80];

    return g_intern_string(observation_phase_text(observation, phase, sizeof phase));
}

/* Without a word on copies. */
static const char *run_phase_of(const observation_t *observation)
{
    observation_t original = *observation;

    original.copy_of = 0;
    return phase_of(&original);
}

static ladder_row_t row_of(const segment_t *segment, const observation_t *observation, role_t from)
{
    ladder_row_t row = {
        .what = observation->kind ? LADDER_SEGMENT : LADDER_NOTICE,
        .from = (uint8_t)from,
        .frame = segment->frame,
        .when = segment->when,
        .phase = phase_of(observation),
        .run_phase = run_phase_of(observation),
        .kind = observation->kind,
        .copy_of = observation->copy_of,
        .flags = segment->flags,
        .ip_ecn = segment->ip_ecn,
        .has_timestamps = segment->has_timestamps,
        .seq = segment->seq,
        .ack = segment->ack,
        .len = segment->payload_len,
        .ts_value = segment->ts_value,
        .ts_echo = segment->ts_echo,
        .last_frame = segment->frame,
        .last_when = segment->when,
        .segments = 1,
        .copies = observation->copy_of != 0,
    };

    for (unsigned role = 0; role < 2; role++) {
        row.state[role] = row.hindsight[role] = observation->status.state[role];
        row.basis[role] = observation->status.basis[role];
    }
    if (!observation->copy_of)
        row.bytes[from] = segment->payload_len;
    row.has_ack[from] = segment_has(segment, TCP_FLAG_ACK) && !observation->copy_of;
    row.first_ack[from] = row.last_ack[from] = segment->ack;
    return row;
}

/* Adds a row to the one before it, which becomes a run or is one. */
static void join(ladder_row_t *run, const ladder_row_t *next)
{
    run->what = LADDER_RUN;
    run->last_frame = next->last_frame;
    run->last_when = next->last_when;
    run->segments += next->segments;
    run->copies += next->copies;
    for (unsigned role = 0; role < 2; role++) {
        run->state[role] = next->state[role];
        run->basis[role] = next->basis[role];
        run->bytes[role] += next->bytes[role];
        if (next->has_ack[role] && !run->has_ack[role])
            run->first_ack[role] = next->first_ack[role];
        if (next->has_ack[role])
            run->last_ack[role] = next->last_ack[role];
        run->has_ack[role] |= next->has_ack[role];
    }
}

static void append_steady(ladder_t *ladder, const ladder_row_t *row)
{
    GArray *rows = ladder->rows;
    ladder_row_t *last = rows->len ? &g_array_index(rows, ladder_row_t, rows->len - 1) : NULL;

    if (last && last->what == LADDER_RUN && last->run_phase == row->run_phase) {
        join(last, row);
        return;
    }
    if (last && last->run_phase != row->run_phase)
        ladder->steady = 0;
    g_array_append_val(rows, *row);
    if (++ladder->steady < RUN_MIN)
        return;
    for (; ladder->steady > 1; ladder->steady--) {
        join(&g_array_index(rows, ladder_row_t, rows->len - 2),
             &g_array_index(rows, ladder_row_t, rows->len - 1));
        g_array_set_size(rows, rows->len - 1);
    }
    ladder->steady = 0;
}

/* Its data or FIN were sent before: counted as the summary does (summary.c). Of a SYN the analysis
 * tells that: a SYN-ACK may follow a SYN of its sender (simultaneous open). */
static bool is_sent_again(volume_t *volume, const segment_t *segment,
                          const observation_t *observation)
{
    const uint32_t before = volume->retransmissions;

    if (observation->perhaps_copy || observation->does_not_count)
        return false;
    volume_take(volume, segment, (segment_kind_t)observation->kind);
    return volume->retransmissions > before && !segment_has(segment, TCP_FLAG_SYN);
}

void ladder_add(ladder_t *ladder, const segment_t *segment, const observation_t *observation)
{
    const bool is_segment = observation->kind != 0;
    const role_t from = observation->direction == DIRECTION_TO_CLIENT ? ROLE_SERVER : ROLE_CLIENT;
    ladder_row_t row = row_of(segment, observation, from);

    if (ladder->rows->len == 0)
        for (unsigned role = 0; role < 2; role++)
            ladder->before[role] = ladder->before_hindsight[role] = observation->previous[role];
    if (is_segment && !observation->copy_of) {
        take_bases(ladder, segment, from);
        row.retransmission = is_sent_again(&ladder->end[from].volume, segment, observation);
    }
    if (is_segment && !row.retransmission && is_steady(segment, observation)) {
        append_steady(ladder, &row);
        return;
    }
    ladder->steady = 0;
    row.showed = g_new(observation_t, 1);
    *row.showed = *observation;
    g_array_append_val(ladder->rows, row);
}

void ladder_leave_anomalies(ladder_t *ladder, const anomaly_set_t *left)
{
    ladder->anomalies = left->raised;
}

/* -- All of it --------------------------------------------------------------------------------- */

ladder_t *ladder_new(void)
{
    ladder_t *ladder = g_new0(ladder_t, 1);

    ladder->rows = g_array_new(FALSE, FALSE, sizeof(ladder_row_t));
    ladder->anomalies = UINT64_MAX;
    return ladder;
}

void ladder_free(ladder_t *ladder)
{
    if (!ladder)
        return;
    for (unsigned i = 0; i < ladder->rows->len; i++)
        g_free(g_array_index(ladder->rows, ladder_row_t, i).showed);
    g_array_free(ladder->rows, TRUE);
    g_free(ladder);
}
