/* anomaly.c
 * The names, sentences and severities of all anomalies.
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

const char *anomaly_sentence(unsigned anomaly)
{
    static const char *const sentences[ANOMALY_COUNT] = {
#define X(enumerator, name, severity, group, sentence) sentence,
        ANOMALY_LIST(X)
#undef X
    };

    return anomaly < ANOMALY_COUNT ? sentences[anomaly] : NULL;
}

severity_t anomaly_severity(const anomaly_set_t *set, anomaly_t anomaly)
{
    static const severity_t severities[ANOMALY_COUNT] = {
#define X(enumerator, name, severity, group, sentence) severity,
        ANOMALY_LIST(X)
#undef X
    };
    const severity_t listed = severities[anomaly];
    const bool lower = set->assumed >> anomaly & 1 && listed > SEVERITY_CHAT;

    return lower ? listed - 1 : listed;
}

anomaly_t anomaly_gravest(const anomaly_set_t *set)
{
    anomaly_t gravest = ANOMALY_COUNT;

    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        const anomaly_t anomaly = (anomaly_t)i;

        if (anomaly_is_raised(set, anomaly) &&
            (gravest == ANOMALY_COUNT ||
             anomaly_severity(set, anomaly) > anomaly_severity(set, gravest)))
            gravest = anomaly;
    }
    return gravest;
}

unsigned anomaly_count(const anomaly_set_t *set)
{
    unsigned count = 0;

    for (unsigned i = 0; i < ANOMALY_COUNT; i++)
        count += anomaly_is_raised(set, (anomaly_t)i);
    return count;
}
