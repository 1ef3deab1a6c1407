/* report_table.c
 * The report on connections as a table of the GUI. The GUI asks for it when the first pass is over,
 * so each connection is final when its first frame comes. In a first pass a row is written again
 * with every frame of its connection, whether or not that passes the table's filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_table.h"

#include "report_cell.h"
#include "report_incarnation.h"
#include "report_tap.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

/* What a window of ordinary width shows at once; the other columns follow in the report's order. */
static const char *const in_sight[] = {"stream",       "client",    "client_port", "server",
                                       "server_port",  "outcome",   "closed_by",   "reset_by",
                                       "reset_reason", "anomalies", "duration"};

static const report_column_t *columns[REPORT_COLUMNS_MAX];
static unsigned column_count;
static stat_tap_table_item fields[REPORT_COLUMNS_MAX];

/* Row of each connection, by incarnation_t.number: its index plus 1; 0: it has none. There is one
 * table at a time. */
static GArray *rows;
static stat_tap_table *shown; /* that table, while it has rows; NULL: it has none */

/* -- Cells ------------------------------------------------------------------------------------- */

/* All cells are texts: a number that is not known has none. Blanks before the others make that they
 * are sorted as numbers. */
static char *number_text(const report_cell_t *cell, const char *format, int64_t unit)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (!cell->known)
        return g_strdup("");
    return g_strdup(
        g_ascii_formatd(text, sizeof text, format, (double)cell->number / (double)unit));
}

/* The table owns the texts. */
static void fill_cell(const report_column_t *column, const connection_record_t *record,
                      GString *text, stat_tap_table_item_type *item)
{
    report_cell_t cell = {0};

    memset(item, 0, sizeof *item);
    item->type = TABLE_ITEM_STRING;
    if (report_column_is_number(column)) {
        const bool time = column->kind == REPORT_TIME;

        column->tell(record, &cell);
        item->value.string_value =
            number_text(&cell, time ? "%14.6f" : "%14.0f", time ? NS_PER_S : 1);
    } else {
        report_cell_text(text, REPORT_FOR_PEOPLE, column, record);
        item->value.string_value = g_strdup(text->str);
    }
}

static void clear_cell(stat_tap_table_item_type *item)
{
    if (item->type != TABLE_ITEM_STRING)
        return;
    g_free((char *)item->value.string_value);
    item->value.string_value = NULL;
    item->type = TABLE_ITEM_NONE;
}

/* Wireshark frees the cells of a table that goes. */
static void free_cell(stat_tap_table *table _U_, guint row _U_, guint column _U_,
                      stat_tap_table_item_type *item)
{
    shown = NULL;
    clear_cell(item);
}

/* -- Rows -------------------------------------------------------------------------------------- */

static void write_row(stat_tap_table *table, guint row, bool is_new,
                      const incarnation_t *incarnation)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    stat_tap_table_item_type items[REPORT_COLUMNS_MAX];
    GString *text = g_string_new("");
    connection_record_t record;

    report_incarnation(incarnation, scope, &record);
    for (unsigned i = 0; i < column_count; i++)
        fill_cell(columns[i], &record, text, &items[i]);
    g_string_free(text, TRUE);
    wmem_destroy_allocator(scope);
    if (is_new) {
        stat_tap_init_table_row(table, row, column_count, items);
        return;
    }
    for (unsigned i = 0; i < column_count; i++) {
        clear_cell(stat_tap_get_field_data(table, row, i));
        stat_tap_set_field_data(table, row, i, &items[i]);
    }
}

static tap_packet_status take_frame(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                    const void *data, tap_flags_t flags _U_)
{
    const stat_data_t *stat = tapdata;
    const tapped_frame_t *frame = data;

    shown = g_array_index(stat->stat_tap_data->tables, stat_tap_table *, 0);
    for (unsigned i = 0; i < frame->count; i++) {
        const incarnation_t *incarnation = frame->segments[i].incarnation;

        if (!incarnation)
            continue;
        if (incarnation->number >= rows->len)
            g_array_set_size(rows, MAX(incarnation->number + 1, 2 * rows->len));

        guint *row = &g_array_index(rows, guint, incarnation->number);

        if (*row != 0)
            continue;
        *row = shown->num_elements + 1;
        write_row(shown, *row - 1, true, incarnation);
    }
    return TAP_PACKET_REDRAW;
}

static void refresh(const incarnation_t *incarnation, bool concluded _U_)
{
    if (!shown || incarnation->number >= rows->len)
        return;

    const guint row = g_array_index(rows, guint, incarnation->number);

    if (row != 0)
        write_row(shown, row - 1, false, incarnation);
}

static void forget_rows(void)
{
    shown = NULL;
    if (rows)
        g_array_set_size(rows, 0);
}

static void empty_table(stat_tap_table *table)
{
    for (guint row = 0; row < table->num_elements; row++) {
        for (guint column = 0; column < table->num_fields; column++)
            clear_cell(stat_tap_get_field_data(table, row, column));
        g_free(table->elements[row]);
    }
    g_free(table->elements);
    table->elements = NULL;
    table->num_elements = 0;
    forget_rows();
}

static void begin_table(stat_tap_table_ui *ui)
{
    static const char title[] = "TCP connections";

    if (!rows)
        rows = g_array_new(FALSE, TRUE, sizeof(guint));
    if (stat_tap_find_table(ui, title)) {
        empty_table(stat_tap_find_table(ui, title));
        return;
    }
    forget_rows();
    stat_tap_add_table(ui, stat_tap_init_table(title, (int)column_count, 0, NULL));
}

/* -- Columns ----------------------------------------------------------------------------------- */

static bool is_in_sight(const report_column_t *column)
{
    for (unsigned i = 0; i < array_length(in_sight); i++)
        if (!strcmp(column->key, in_sight[i]))
            return true;
    return false;
}

static void arrange_columns(void)
{
    unsigned count;
    const report_column_t *all = report_columns(&count);

    column_count = 0;
    for (unsigned i = 0; i < array_length(in_sight); i++)
        for (unsigned j = 0; j < count; j++)
            if (!strcmp(all[j].key, in_sight[i]))
                columns[column_count++] = &all[j];
    for (unsigned j = 0; j < count; j++)
        if (!is_in_sight(&all[j]))
            columns[column_count++] = &all[j];
}

static void describe_column(const report_column_t *column, stat_tap_table_item *field)
{
    field->type = TABLE_ITEM_STRING;
    field->align = report_column_is_number(column) ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT;
    field->column_name = column->title;
    field->field_format = "%s";
}

void report_table_register(void)
{
    static tap_param parameters[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    /* The group: 4.0 has no menu for REGISTER_STAT_GROUP_GENERIC. */
    static stat_tap_table_ui ui = {.group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
                                   .title = "TCP Connections",
                                   .tap_name = "tcpstate",
                                   .cli_string = "tcpstate,table",
                                   .stat_tap_init_cb = begin_table,
                                   .packet_func = take_frame,
                                   .stat_tap_reset_table_cb = empty_table,
                                   .stat_tap_free_table_item_cb = free_cell,
                                   .fields = fields,
                                   .nparams = 1,
                                   .params = parameters};

    arrange_columns();
    for (unsigned i = 0; i < column_count; i++)
        describe_column(columns[i], &fields[i]);
    ui.nfields = column_count;
    register_stat_tap_table_ui(&ui);
    register_cleanup_routine(forget_rows);
    report_tap_watch(refresh);
}
