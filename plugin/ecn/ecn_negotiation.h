/* ecn_negotiation.h
 * ECN's offer and answer in the handshake and the mode that they negotiate, and guesses where the
 * handshake was not captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_NEGOTIATION_H
#define TCPSTATE_ECN_NEGOTIATION_H

#include "ecn_step.h"

/* A new incarnation of the 4-tuple begins; `before` is ECN of the last one, and
 * `reset_in_handshake` is true where a RST ended that before it was answered. */
void ecn_begin(ecn_t *ecn, const ecn_t *before, bool reset_in_handshake);

/* Takes a SYN without ACK that belongs to this incarnation, each copy of it once, in capture
 * order. */
void ecn_take_syn(ecn_t *ecn, unsigned side, const segment_t *syn);

/* Likewise, where the SYN-ACK that answers it was captured before it. */
void ecn_take_late_syn(ecn_t *ecn, unsigned side, const segment_t *syn);

/* Likewise, where it was sent again, and the first SYN, which may have offered more, was not
 * captured. */
void ecn_take_late_copy(ecn_t *ecn, unsigned side, const segment_t *syn);

/* The SYN that was captured is not the one that will be answered: it was rejected. */
void ecn_note_rejected_syn(ecn_t *ecn, unsigned side);

/* A SYN, a SYN-ACK or the third step of a handshake. */
void ecn_note_handshake(const ecn_step_t *step);

/* Looks whether any segment makes a guess possible where the mode is not known. */
void ecn_guess(const ecn_step_t *step);

#endif
