/* reset_reason.h
 * What to say of a RST: whether its number is right, which segment it answers, why it was sent.
 *
 * Looks at both endpoints as they were before it; changes nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_RESET_REASON_H
#define TCPSTATE_RESET_REASON_H

#include "findings.h"

rst_facts_t reset_reason_explain(const analysis_t *analysis);

/* True where the RST has the numbers of an answer to one of its receiver's last segments, however
 * long ago (RFC 9293 3.5.2). */
bool reset_reason_could_answer(const analysis_t *analysis);

/* True where the RST has the numbers of an answer to the other endpoint's RST, which is never
 * allowed (RFC 9293 3.5.2), and answers nothing that came before that and got no answer yet. */
bool reset_reason_answers_rst(const analysis_t *analysis);

#endif
