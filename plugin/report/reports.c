/* reports.c
 * All reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "reports.h"

#include "ladder_window.h"
#include "report_conv.h"
#include "report_ladder.h"
#include "report_table.h"
#include "report_tap.h"
#include "report_tree.h"

void reports_register(const report_preferences_t *preferences, const unsigned *time_wait)
{
    report_tap_register();
    report_conv_register(preferences);
    report_ladder_register(&preferences->format, time_wait);
    ladder_window_register(time_wait);
    report_table_register();
}

void reports_handoff(void)
{
    report_tree_register();
}
