/* reports.c
 * All reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "reports.h"

#include "report_conv.h"
#include "report_ladder.h"
#include "report_table.h"
#include "report_tap.h"
#include "report_tree.h"

void reports_register(const report_preferences_t *preferences)
{
    report_tap_register();
    report_conv_register(preferences);
    report_ladder_register(&preferences->format);
    report_table_register();
}

void reports_handoff(void)
{
    report_tree_register();
}
