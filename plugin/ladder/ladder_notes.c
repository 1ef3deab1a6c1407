/* ladder_notes.c
 * The notes of a segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder_notes.h"

#include "text.h"

#include <stdarg.h>
#include <stdio.h>

/* Where the notes go. */
typedef struct notes {
    ladder_note_taker_t take;
    void *data;
} notes_t;

static void note_fact(const notes_t *notes, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void note_fact(const notes_t *notes, const char *format, ...)
{
    char words[200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    notes->take(notes->data, NOTE_FACT, words);
}

static void note_repetition(const notes_t *notes, const ladder_row_t *row)
{
    if (row->copy_of)
        note_fact(notes, "copy of frame %u", row->copy_of);
    else if (row->showed && row->showed->perhaps_copy)
        note_fact(notes, "sent or captured again");
    else if (row->retransmission || (row->showed && row->showed->retransmission))
        note_fact(notes, "retransmission");
}

static void note_kind(const notes_t *notes, const ladder_row_t *row)
{
    if (row->kind == SEGMENT_KEEP_ALIVE || row->kind == SEGMENT_WINDOW_PROBE ||
        row->kind == SEGMENT_WINDOW_UPDATE)
        note_fact(notes, "%s", segment_kind_text((segment_kind_t)row->kind));
}

static const char *validity_text(uint8_t validity)
{
    switch (validity) {
    case RST_EXACT:
        return "exact";
    case RST_IN_WINDOW:
        return "in window";
    case RST_OUT_OF_WINDOW:
        return "out of window";
    case RST_ANSWERS_SYN:
        return "answers the SYN";
    case RST_DOES_NOT_ACK_SYN:
        return "does not acknowledge the SYN";
    default:
        return "validity cannot be told";
    }
}

static void note_reset(const notes_t *notes, const facts_t *facts)
{
    const rst_facts_t *rst = &facts->rst;
    const bool has_reason = rst->reason != RST_REASON_UNKNOWN;
    const char *reason = has_reason ? rst_reason_text(rst->reason) : "";
    const char *comma = has_reason ? ", " : "";

    if (rst->by && rst->trigger_frame && rst->validity == RST_ANSWERS_SYN)
        note_fact(notes, "RST: %s%sanswers the SYN in frame %u", reason, comma, rst->trigger_frame);
    else if (rst->by && rst->trigger_frame)
        note_fact(notes, "RST: %s%s%s, answers frame %u", reason, comma,
                  validity_text(rst->validity), rst->trigger_frame);
    else if (rst->by)
        note_fact(notes, "RST: %s%s%s", reason, comma, validity_text(rst->validity));
    if (facts->challenge_ack)
        note_fact(notes, "challenge ACK to frame %u", facts->challenge_ack);
}

static void add_link(text_t *text, const char *what, uint32_t frame)
{
    if (frame)
        text_add(text, ", %s in frame %u", what, frame);
}

/* The frames of the episode that the segment takes part in. */
static void add_links(text_t *text, const ecn_episodes_t *episodes)
{
    for (unsigned i = 0; i < ECN_EPISODES_MAX; i++) {
        const episode_facts_t *episode = &episodes->of[i];

        if (!episode->number)
            continue;
        add_link(text, "mark", episode->ce_frame);
        add_link(text, "echo", episode->ece_frame);
        add_link(text, "CWR", episode->cwr_frame);
    }
}

static void note_ecn(const notes_t *notes, const observation_t *showed)
{
    const uint16_t roles = showed->ecn.roles & (uint16_t) ~(1u << ECN_ROLE_FEEDBACK);
    char words[200];
    text_t text = text_begin(words, sizeof words);
    const char *separator = "ECN: ";

    if (!roles)
        return;
#define X(enumerator, number, name)                                                                \
    if (roles & 1u << (number)) {                                                                  \
        text_add(&text, "%s%s", separator, name);                                                  \
        separator = ", ";                                                                          \
    }
    ECN_ROLE_LIST(X)
#undef X
    add_links(&text, &observation_facts(showed)->episodes);
    note_fact(notes, "%s", words);
}

static void note_anomalies(const notes_t *notes, const anomaly_set_t *anomalies, uint64_t told)
{
    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (!anomaly_is_raised(anomalies, (anomaly_t)i) || !(told >> i & 1))
            continue;

        char *words = g_strdup_printf(
            "%s: %s%s", anomaly_name(i), anomaly_sentence(i),
            anomalies->assumed >> i & 1 ? ", unless packets are missing from the capture" : "");

        notes->take(notes->data,
                    anomaly_severity(anomalies, (anomaly_t)i) < SEVERITY_WARN ? NOTE_REMARK
                                                                              : NOTE_WARNING,
                    words);
        g_free(words);
    }
}

void ladder_notes(const ladder_t *ladder, const ladder_row_t *row, ladder_note_taker_t take,
                  void *data)
{
    const notes_t notes = {take, data};

    if (row->what == LADDER_RUN)
        return;
    if (row->what == LADDER_NOTICE) {
        note_fact(&notes, "ICMP: the SYN of frame %u did not reach its end",
                  observation_facts(row->showed)->handshake.syn_frame);
        return;
    }
    note_repetition(&notes, row);
    note_kind(&notes, row);
    if (!row->showed)
        return;
    note_reset(&notes, observation_facts(row->showed));
    note_ecn(&notes, row->showed);
    note_anomalies(&notes, &row->showed->anomalies, ladder->anomalies);
}
