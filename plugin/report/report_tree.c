/* report_tree.c
 * Counts of frames and of connections.
 *
 * Every number is what a display filter finds, and the heading of its group names the field: so
 * many frames, or so many connections (different tcpstate.conn.first_frame). What a connection is
 * may change with each of its segments, so it is counted again then, with all its frames, whether
 * or not that segment passes the tree's own filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_tree.h"

#include "report_tap.h"
#include "tracked_connection.h"

#include <epan/stats_tree_priv.h>

enum { VALUES_MAX = 16, NO_VALUE = 0xff };

/* What connections are counted by. */
typedef enum criterion { BY_OUTCOME, BY_CLOSE, BY_REASON, BY_ECN, CRITERION_COUNT } criterion_t;

typedef enum group { /* in the order in which they are read */
                     CONNECTIONS_BY_OUTCOME,
                     CONNECTIONS_BY_CLOSE,
                     CONNECTIONS_BY_REASON,
                     CONNECTIONS_BY_ECN,
                     FRAMES_BY_PHASE,
                     FRAMES_BY_REASON,
                     FRAMES_BY_OUTCOME,
                     FRAMES_BY_CLOSE,
                     FRAMES_BY_ECN,
                     GROUP_COUNT
} group_t;

static const struct {
    const char *title;
    const char *(*text)(uint8_t value);
} groups[GROUP_COUNT] = {
    [FRAMES_BY_PHASE] = {"Frames by phase (tcpstate.phase)", phase_name_text},
    [FRAMES_BY_REASON] = {"Frames by reset reason (tcpstate.rst.reason)", rst_reason_text},
    [FRAMES_BY_OUTCOME] = {"Frames by outcome (tcpstate.conn.outcome)", outcome_text},
    [FRAMES_BY_CLOSE] = {"Frames by close (tcpstate.conn.closed_by)", who_text},
    [FRAMES_BY_ECN] = {"Frames by ECN mode (tcpstate.conn.ecn)", ecn_mode_text},
    [CONNECTIONS_BY_OUTCOME] = {"Connections by outcome (tcpstate.conn.outcome)", outcome_text},
    [CONNECTIONS_BY_CLOSE] = {"Connections by close (tcpstate.conn.closed_by)", who_text},
    [CONNECTIONS_BY_REASON] = {"Connections by reset reason (of the RST that ended them)",
                               rst_reason_text},
    [CONNECTIONS_BY_ECN] = {"Connections by ECN mode (tcpstate.conn.ecn)", ecn_mode_text},
};

/* Where connections and their frames are counted by each criterion; GROUP_COUNT: frames are not. */
static const struct {
    group_t connections;
    group_t frames;
} criterion_groups[CRITERION_COUNT] = {
    [BY_OUTCOME] = {CONNECTIONS_BY_OUTCOME, FRAMES_BY_OUTCOME},
    [BY_CLOSE] = {CONNECTIONS_BY_CLOSE, FRAMES_BY_CLOSE},
    [BY_REASON] = {CONNECTIONS_BY_REASON, GROUP_COUNT},
    [BY_ECN] = {CONNECTIONS_BY_ECN, FRAMES_BY_ECN},
};

/* How a connection was counted. */
typedef struct counted {
    bool known; /* false: it was not, and the rest is not valid */
    uint8_t value[CRITERION_COUNT];
    int frames;
} counted_t;

/* One tree on display. */
typedef struct tree {
    stats_tree *st;
    int node[GROUP_COUNT]; /* the heading of each group; 0: it has counted nothing so far */
    int total[GROUP_COUNT];
    int count[GROUP_COUNT][VALUES_MAX];
    GArray *counted; /* counted_t by incarnation_t.number */
    struct tree *next;
} tree_t;

static tree_t *trees;

/* -- Counting ---------------------------------------------------------------------------------- */

static void forget(tree_t *tree)
{
    memset(tree->total, 0, sizeof tree->total);
    memset(tree->count, 0, sizeof tree->count);
    g_array_set_size(tree->counted, 0);
}

/* Wireshark sets the numbers to zero before it reads the frames again, without notice. */
static void notice_reset(tree_t *tree)
{
    const int phases = tree->node[FRAMES_BY_PHASE];
    const stat_node *node = g_ptr_array_index(tree->st->parents, phases);

    if (phases && node->counter != tree->total[FRAMES_BY_PHASE])
        forget(tree);
}

/* Rows stand in the order of the values, whatever they are sorted by: Wireshark keeps rows that are
 * ranges of numbers in their order, so each is made the range of its own number. */
static void set_order(stat_node *node, int number)
{
    /* Of a range Wireshark shows the smallest and the largest value; there are none here. */
    node->minvalue.int_min = 0;
    node->maxvalue.int_max = 0;
    if (node->rng)
        return;
    node->rng = g_new(range_pair_t, 1);
    *node->rng = (range_pair_t){number, number};
}

/* Takes a row out that counts nothing any more. None is on display then: the GUI asks when what is
 * said of the connections is final. */
static void remove_leaf(stat_node *parent, const char *text)
{
    stat_node **place = &parent->children;

    while (*place && strcmp((*place)->name, text) != 0)
        place = &(*place)->next;

    stat_node *leaf = *place;

    if (!leaf || leaf->pr)
        return;
    *place = leaf->next;
    g_hash_table_remove(parent->hash, leaf->name);
    while (leaf->bh) {
        burst_bucket *const bucket = leaf->bh;

        leaf->bh = bucket->next;
        g_free(bucket);
    }
    g_free(leaf->rng);
    g_free(leaf->name);
    g_free(leaf);
}

/* tshark writes the headings in the order in which they stand here. */
static void put_in_order(stat_node *parent, stat_node *heading)
{
    stat_node **place = &parent->children;

    while (*place != heading)
        place = &(*place)->next;
    *place = heading->next;
    place = &parent->children;
    while (*place && (*place)->rng->floor < heading->rng->floor)
        place = &(*place)->next;
    heading->next = *place;
    *place = heading;
}

static stat_node *heading_of(tree_t *tree, group_t group)
{
    int *node = &tree->node[group];
    const bool is_new = *node == 0;

    if (is_new)
        *node = stats_tree_create_node(tree->st, groups[group].title, 0, STAT_DT_INT, TRUE);

    stat_node *heading = g_ptr_array_index(tree->st->parents, *node);

    set_order(heading, (int)group);
    if (is_new)
        put_in_order(&tree->st->root, heading);
    return heading;
}

static void set_leaf(tree_t *tree, group_t group, uint8_t value, const char *text)
{
    stat_node *parent = heading_of(tree, group);
    const int number = tree->count[group][value];

    if (number == 0) {
        remove_leaf(parent, text);
        return;
    }
    stats_tree_manip_node_int(MN_SET, tree->st, text, tree->node[group], FALSE, number);
    set_order(g_hash_table_lookup(parent->hash, text), value);
}

static void count(tree_t *tree, group_t group, uint8_t value, int difference)
{
    const char *text = value < VALUES_MAX ? groups[group].text(value) : NULL;

    if (!text || difference == 0)
        return;
    tree->count[group][value] += difference;
    tree->total[group] += difference;
    set_leaf(tree, group, value, text);
    stats_tree_manip_node_int(MN_SET, tree->st, groups[group].title, 0, TRUE, tree->total[group]);
}

static void judge(const incarnation_t *incarnation, uint8_t value[CRITERION_COUNT])
{
    summary_t summary;

    tracked_summary(incarnation, &summary);
    value[BY_OUTCOME] = summary.outcome;
    value[BY_CLOSE] = summary.closed_by;
    value[BY_REASON] = summary.reset_by ? summary.reset_reason : NO_VALUE;
    value[BY_ECN] = summary.ecn;
}

static counted_t *counted_of(tree_t *tree, const incarnation_t *incarnation)
{
    if (incarnation->number >= tree->counted->len)
        return NULL;
    return &g_array_index(tree->counted, counted_t, incarnation->number);
}

static void recount(tree_t *tree, const incarnation_t *incarnation)
{
    counted_t *counted = counted_of(tree, incarnation);
    uint8_t now[CRITERION_COUNT];

    if (!counted || !counted->known)
        return;
    judge(incarnation, now);
    for (unsigned i = 0; i < CRITERION_COUNT; i++) {
        if (now[i] == counted->value[i])
            continue;
        count(tree, criterion_groups[i].connections, counted->value[i], -1);
        count(tree, criterion_groups[i].connections, now[i], 1);
        if (criterion_groups[i].frames != GROUP_COUNT) {
            count(tree, criterion_groups[i].frames, counted->value[i], -counted->frames);
            count(tree, criterion_groups[i].frames, now[i], counted->frames);
        }
        counted->value[i] = now[i];
    }
}

/* One more frame of a connection. */
static void count_frame_of(tree_t *tree, const incarnation_t *incarnation)
{
    if (incarnation->number >= tree->counted->len)
        g_array_set_size(tree->counted, MAX(incarnation->number + 1, 2 * tree->counted->len));

    counted_t *counted = counted_of(tree, incarnation);

    if (!counted->known) {
        counted->known = true;
        judge(incarnation, counted->value);
        for (unsigned i = 0; i < CRITERION_COUNT; i++)
            count(tree, criterion_groups[i].connections, counted->value[i], 1);
    } else {
        recount(tree, incarnation);
    }
    counted->frames++;
    for (unsigned i = 0; i < CRITERION_COUNT; i++)
        if (criterion_groups[i].frames != GROUP_COUNT)
            count(tree, criterion_groups[i].frames, counted->value[i], 1);
}

/* A frame with several TCP headers is counted once where they show the same. */
static tap_packet_status take_frame(stats_tree *st, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                    const void *data, tap_flags_t flags _U_)
{
    const tapped_frame_t *frame = data;
    tree_t *tree = trees;

    while (tree && tree->st != st)
        tree = tree->next;
    if (tree)
        notice_reset(tree);
    for (unsigned i = 0; tree && i < frame->count; i++) {
        const tapped_segment_t *segment = &frame->segments[i];
        bool same_phase = false;
        bool same_reason = false;
        bool same_connection = false;

        for (unsigned j = 0; j < i; j++) {
            const tapped_segment_t *other = &frame->segments[j];

            same_phase |= other->has_phase && other->phase == segment->phase;
            same_reason |= other->is_rst && other->rst_reason == segment->rst_reason;
            same_connection |= other->incarnation == segment->incarnation;
        }
        if (segment->has_phase && !same_phase)
            count(tree, FRAMES_BY_PHASE, segment->phase, 1);
        if (segment->is_rst && !same_reason)
            count(tree, FRAMES_BY_REASON, segment->rst_reason, 1);
        if (segment->incarnation && !same_connection)
            count_frame_of(tree, segment->incarnation);
    }
    return TAP_PACKET_REDRAW;
}

static void refresh(const incarnation_t *incarnation, bool concluded)
{
    for (tree_t *tree = concluded ? trees : NULL; tree; tree = tree->next) {
        notice_reset(tree);
        recount(tree, incarnation);
    }
}

/* -- Life of a tree ---------------------------------------------------------------------------- */

static void forget_all(void)
{
    for (tree_t *tree = trees; tree; tree = tree->next)
        forget(tree);
}

static void begin_tree(stats_tree *st)
{
    tree_t *tree = trees;

    while (tree && tree->st != st)
        tree = tree->next;
    if (!tree) {
        tree = g_new0(tree_t, 1);
        tree->st = st;
        tree->counted = g_array_new(FALSE, TRUE, sizeof(counted_t));
        tree->next = trees;
        trees = tree;
    }
    forget(tree);
    memset(tree->node, 0, sizeof tree->node);
}

static void end_tree(stats_tree *st)
{
    tree_t **place = &trees;

    while (*place && (*place)->st != st)
        place = &(*place)->next;

    tree_t *tree = *place;

    if (!tree)
        return;
    *place = tree->next;
    g_array_free(tree->counted, TRUE);
    g_free(tree);
}

void report_tree_register(void)
{
    stats_tree_register_plugin("tcpstate", "tcpstate", "TCP Connection States", 0, take_frame,
                               begin_tree, end_tree);
    register_cleanup_routine(forget_all);
    report_tap_watch(refresh);
}
