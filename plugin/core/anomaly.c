/* anomaly.c
 * The names of all anomalies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "anomaly.h"

#include <stddef.h>

const char *anomaly_name(unsigned anomaly)
{
    static const char *const names[ANOMALY_COUNT] = {
#define X(enumerator, name, severity, group, sentence) name,
        ANOMALY_LIST(X)
#undef X
    };

    return anomaly < ANOMALY_COUNT ? names[anomaly] : NULL;
}
