/* fin.c
 * The FIN of one end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fin.h"

void fin_take_copy(fin_t *fin, const segment_t *segment)
{
    fin->frame = segment->frame;
    fin->refused = false;
    fin->repeated = fin->first_frame != 0;
    if (!fin->repeated)
        fin->first_frame = segment->frame;
    fin->time = segment->when;
}

void fin_take_first(fin_t *fin, const segment_t *segment)
{
    fin->sent = true;
    fin->acked = false;
    fin->seq = segment_fin_seq(segment);
    fin->ack_known = true;
    fin->ack = segment->ack;
    fin->first_frame = 0;
    fin_take_copy(fin, segment);
}

void fin_take_refused(fin_t *fin, uint32_t seq, uint32_t frame, int64_t when, bool refused)
{
    fin_infer(fin, seq, when);
    fin->frame = fin->first_frame = frame;
    fin->ack_known = false;
    fin->refused = refused;
}

void fin_infer(fin_t *fin, uint32_t seq, int64_t when)
{
    fin->sent = true;
    fin->seq = seq;
    fin->frame = fin->first_frame = 0;
    fin->time = when;
}

void fin_arrive(fin_t *fin, int64_t when, bool behind_gap)
{
    fin->arrived = true;
    fin->refused = false;
    fin->behind_gap = behind_gap;
    fin->arrived_time = when;
}

void fin_prove_arrival(fin_t *fin)
{
    fin->arrival_proven = true;
}

void fin_take_back_arrival(fin_t *fin)
{
    fin->arrived = false;
}

void fin_acknowledge(fin_t *fin, int64_t when)
{
    fin->acked = true;
    fin->acked_time = when;
}

void fin_take_back_ack(fin_t *fin)
{
    fin->acked = false;
}

void fin_disown(fin_t *fin)
{
    fin->forged_acked |= fin->acked;
    fin->sent = fin->acked = false;
    fin->forged = true;
}

void fin_take_back(fin_t *fin)
{
    fin->sent = fin->acked = fin->arrived = fin->arrival_proven = false;
}
