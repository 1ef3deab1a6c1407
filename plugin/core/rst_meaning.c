/* rst_meaning.c
 * What RST means at its place in the connection, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rst_meaning.h"

/* -- Why it was sent --------------------------------------------------------------------------- */

/* What a RST answers that answers something. */
static void add_answer(const meaning_t *meaning, const rst_facts_t *rst)
{
    const char *sender = meaning_sender(meaning->observation);
    const uint32_t frame = rst->trigger_frame;

    switch (rst->reason) {
    case RST_UNEXPECTED_SYN_ACK:
        text_add(meaning->text, "%s rejects the SYN-ACK in frame %u, for which it has no use",
                 sender, frame);
        break;
    case RST_BAD_HANDSHAKE_ACK:
        text_add(meaning->text, "%s rejects the acknowledgment number of frame %u", sender, frame);
        break;
    case RST_DATA_AFTER_CLOSE:
        text_add(meaning->text,
                 "%s has closed already and takes nothing more, so it rejects frame %u", sender,
                 frame);
        break;
    default:
        text_add(meaning->text, "%s knows of no connection that frame %u belongs to", sender,
                 frame);
        break;
    }
}

static void add_why(const meaning_t *meaning, const rst_facts_t *rst)
{
    const char *sender = meaning_sender(meaning->observation);
    const char *receiver = meaning_receiver(meaning->observation);

    if (meaning->observation->milestones & 1u << MILESTONE_REFUSED)
        text_add(meaning->text,
                 "%s refuses the connection, as a rule because nothing listens on that port",
                 sender);
    else if (rst->trigger_frame)
        add_answer(meaning, rst);
    else if (rst->reason == RST_ABORT)
        text_add(meaning->text, "%s aborts the connection", sender);
    else if (rst->reason == RST_ABORT_UNREAD)
        text_add(meaning->text,
                 "%s aborts the connection, though data of %s are unread or still under way",
                 sender, receiver);
    else if (rst->reason == RST_TIMEOUT)
        text_add(meaning->text, "%s gives up, since %s has not answered what it sent again", sender,
                 receiver);
    else
        text_add(meaning->text, "%s resets the connection", sender);
}

/* -- What it does ------------------------------------------------------------------------------ */

/* Its receiver does not take it: why not. */
static void add_refusal(const meaning_t *meaning, const rst_facts_t *rst, uint8_t state)
{
    const char *receiver = meaning_receiver(meaning->observation);

    if (rst->validity == RST_IN_WINDOW)
        text_add(meaning->text,
                 "%s does not take it, since its number is in the window but not the one expected "
                 "next; by RFC 5961 it sends a challenge ACK",
                 receiver);
    else if (rst->validity == RST_OUT_OF_WINDOW)
        text_add(meaning->text, "%s ignores it, since its number lies outside the window",
                 receiver);
    else if (rst->validity == RST_DOES_NOT_ACK_SYN)
        text_add(meaning->text, "%s ignores it, since it does not acknowledge the SYN", receiver);
    else if (rst->validity == RST_CANNOT_TELL)
        text_add(meaning->text, "the capture does not tell whether %s takes it", receiver);
    else if (state == STATE_TIME_WAIT)
        text_add(meaning->text, "%s stays in TIME-WAIT all the same (RFC 1337)", receiver);
    else
        text_add(meaning->text, "it does not count here");
}

static bool is_gone(uint8_t state)
{
    return state == STATE_CLOSED || state == STATE_LISTEN;
}

static void add_effect(const meaning_t *meaning, const rst_facts_t *rst, bool taken)
{
    const observation_t *observation = meaning->observation;
    const role_t role = !meaning_sending_role(observation);
    const char *receiver = meaning_receiver(observation);
    const uint8_t before = observation->previous[role];

    if (taken && observation->status.state[role] == STATE_LISTEN)
        text_add(meaning->text, "%s goes back to LISTEN, and the RST is not acknowledged",
                 receiver);
    else if (taken)
        text_add(meaning->text, "the RST closes %s at once, and is not acknowledged", receiver);
    else if (is_gone(before))
        text_add(meaning->text, "%s has no connection any more that it could end", receiver);
    else
        add_refusal(meaning, rst, before);
}

static bool is_taken(const observation_t *observation)
{
    return observation_moved_by(observation, EVENT_RECEIVE_RST) ||
           observation_moved_by(observation, EVENT_RECEIVE_RST_ACTIVE);
}

/* What it does, and why it was sent where that may be believed: what its receiver does not take may
 * be somebody else's. */
static void meaning_in_connection(const meaning_t *meaning)
{
    const observation_t *observation = meaning->observation;
    const rst_facts_t *rst = &observation_facts(observation)->rst;
    const bool taken = is_taken(observation);
    const bool gone = is_gone(observation->previous[!meaning_sending_role(observation)]);

    if (taken || observation->phase == PHASE_RESET || (gone && rst->trigger_frame)) {
        add_why(meaning, rst);
        text_add(meaning->text, "; ");
    } else if (observation_moved_by(observation, EVENT_SEND_RST)) {
        text_add(meaning->text, "says that ");
        add_why(meaning, rst);
        text_add(meaning->text, "; ");
    }
    add_effect(meaning, rst, taken);
    text_add(meaning->text, ".");
}

void rst_meaning(const meaning_t *meaning)
{
    const observation_t *observation = meaning->observation;

    text_add(meaning->text, "RST: ");
    if (!observation->direction)
        text_add(meaning->text, "%s resets the connection.", meaning_sender(observation));
    else if (anomaly_is_raised(&observation->anomalies, ANOMALY_ORPHAN))
        text_add(meaning->text, "%s resets a connection of which nothing was captured before.",
                 meaning_sender(observation));
    else
        meaning_in_connection(meaning);
}
