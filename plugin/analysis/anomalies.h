/* anomalies.h
 * Finds the anomalies of a segment. Their names, severities and sentences stand in core/anomaly.h.
 *
 * All but the last look at both endpoints as they were before the segment, which is why they stand
 * in the midst of the steps. None of them changes anything. Of a damaged segment and of one with an
 * old timestamp nothing is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ANOMALIES_H
#define TCPSTATE_ANOMALIES_H

#include "findings.h"

/* anomalies_opening.c: SYN; SYN-ACK; data or FIN before the handshake is done. */
void anomalies_of_syn(const analysis_t *analysis, anomaly_set_t *set);
void anomalies_of_syn_ack(const analysis_t *analysis, anomaly_set_t *set);
void anomalies_before_established(const analysis_t *analysis, const acceptability_t *judged,
                                  anomaly_set_t *set);

/* anomalies_numbers.c: the numbers of an ordinary segment, as soon as it is known whether its
 * receiver accepts it. */
void anomalies_of_numbers(const analysis_t *analysis, const acceptability_t *judged,
                          anomaly_set_t *set);

/* anomalies_reset.c: a RST on a connection that has begun. */
void anomalies_of_rst(const analysis_t *analysis, const rst_facts_t *facts, anomaly_set_t *set);

/* anomalies_flags.c: odd flags, and what only the whole analysis of the segment tells, that of the
 * handshake included. Last of all. */
void anomalies_finish(const analysis_t *analysis, const findings_t *found,
                      const handshake_facts_t *handshake, anomaly_set_t *set);

#endif
