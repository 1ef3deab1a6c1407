/* delivery.h
 * What an ordinary segment does to its receiver.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_DELIVERY_H
#define TCPSTATE_DELIVERY_H

#include "findings.h"

/* The receiver gets a segment that it takes: ACK first, then what is in sequence, then FIN (RFC
 * 9293 3.10.7.4, fifth, seventh and eighth check). */
void delivery_to_receiver(analysis_t *analysis);

/* The receiver gets the FIN on the SYN-ACK that has just opened it. */
void delivery_of_fin_on_syn_ack(analysis_t *analysis);

/* The ACK of the receiver's FIN comes again, when it has closed: it may answer a copy of the FIN
 * that is captured only later. */
void delivery_of_last_ack(analysis_t *analysis);

#endif
