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

#endif
