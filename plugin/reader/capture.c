/* capture.c
 * Reads a capture and says what connections are in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wiretap_compat.h"

#include "capture.h"

#include "layers.h"
#include "packed.h"
#include "track.h"

#include <wsutil/wmem/wmem.h>
#include <wsutil/wslog.h>

#include <errno.h>
#include <string.h>

enum { TIME_WAIT = 60 }; /* seconds; the plugin's preference by default */

/* A capture that is being read. */
typedef struct reading {
    connection_table_t *table;
    capture_result_t *result;
    uint32_t frame; /* number of the last record */
} reading_t;

/* The capture has brought keys since this was last asked. The library has no room for a pointer to
 * the reading. */
static bool has_keys;

/* -- Frames ------------------------------------------------------------------------------------ */

static link_type_t link_of(int encapsulation)
{
    switch (encapsulation) {
    case WTAP_ENCAP_ETHERNET:
        return LINK_ETHERNET;
    case WTAP_ENCAP_RAW_IP:
        return LINK_IP;
    case WTAP_ENCAP_RAW_IP4:
        return LINK_IPV4;
    case WTAP_ENCAP_RAW_IP6:
        return LINK_IPV6;
    case WTAP_ENCAP_NULL:
        return LINK_NULL;
    case WTAP_ENCAP_LOOP:
        return LINK_LOOP;
    case WTAP_ENCAP_SLL:
        return LINK_SLL;
    case WTAP_ENCAP_SLL2:
        return LINK_SLL2;
    default:
        return LINK_UNKNOWN;
    }
}

/* Wraps around where a capture has a time that 64 bits of nanoseconds cannot hold. */
static int64_t time_of(const wtap_rec *rec)
{
    return (int64_t)((uint64_t)rec->ts.secs * NS_PER_S + (uint64_t)rec->ts.nsecs);
}

static void note_unknown(reading_t *reading, char *layer)
{
    capture_result_t *result = reading->result;

    if (result->unknown_frames++ > 0) {
        g_free(layer);
        return;
    }
    result->first_unknown = reading->frame;
    result->unknown_layer = layer;
}

static char *layer_text(const unknown_layer_t *layer)
{
    if (!layer->numbered)
        return g_strdup(layer->name);
    return g_strdup_printf(layer->hex ? "%s 0x%04x" : "%s %u", layer->name, layer->number);
}

static void take_header(reading_t *reading, const wtap_rec *rec, tcp_place_t *place)
{
    tcp_layer_t layer = {0}; /* its padding, too: it is packed byte by byte */
    observation_t observation;

    place->frame = reading->frame;
    place->when = time_of(rec);
    if (tcp_layer_read(&layer, place))
        track_take(reading->table, &layer, 0, false, &observation);
}

static void take_packet(reading_t *reading, const wtap_rec *rec, const uint8_t *bytes)
{
    const wtap_packet_header *header = &rec->rec_header.packet_header;
    const captured_frame_t frame = {.link = link_of(header->pkt_encap),
                                    .bytes = bytes,
                                    .captured = header->caplen,
                                    .reported = header->len,
                                    .fcs = header->pkt_encap == WTAP_ENCAP_ETHERNET &&
                                                   header->pseudo_header.eth.fcs_len > 0
                                               ? (unsigned)header->pseudo_header.eth.fcs_len
                                               : 0};
    tcp_place_t place;
    unknown_layer_t unknown;

    if (frame.link == LINK_UNKNOWN) {
        note_unknown(reading,
                     g_strdup_printf("link type %s", wtap_encap_description(header->pkt_encap)));
        return;
    }
    switch (layers_decode(&frame, &place, &unknown)) {
    case LAYERS_WITHOUT_TCP:
        break;
    case LAYERS_TCP:
        take_header(reading, rec, &place);
        break;
    case LAYERS_UNKNOWN:
        note_unknown(reading, layer_text(&unknown));
        break;
    }
}

static void take_record(reading_t *reading, compat_record_t *record)
{
    const wtap_rec *rec = &record->rec;

    reading->frame++;
    switch (rec->rec_type) {
    case REC_TYPE_PACKET:
        take_packet(reading, rec, compat_record_bytes(record));
        break;
    case REC_TYPE_SYSCALL: /* no packets */
    case REC_TYPE_SYSTEMD_JOURNAL_EXPORT:
    case REC_TYPE_CUSTOM_BLOCK:
        break;
    default:
        note_unknown(reading, g_strdup_printf("record type %u", rec->rec_type));
        break;
    }
}

/* -- Keys -------------------------------------------------------------------------------------- */

static void take_keys(guint32 type, const void *keys, guint size)
{
    (void)type;
    (void)keys;
    (void)size;
    has_keys = true;
}

/* What is encrypted may carry TCP, and Wireshark decrypts it with the keys that a capture brings.
 */
static void note_keys(reading_t *reading)
{
    if (has_keys)
        note_unknown(reading, g_strdup("encryption that the capture has keys for"));
    has_keys = false;
}

/* -- Files ------------------------------------------------------------------------------------- */

/* Takes over the details, which may be NULL. */
static char *error_text(int error, char *details)
{
    char *text = details ? g_strdup_printf("%s (%s)", wtap_strerror(error), details)
                         : g_strdup(wtap_strerror(error));

    g_free(details);
    return text;
}

static void read_records(reading_t *reading, wtap *file, bool partial)
{
    compat_record_t record;
    int error = 0;
    char *details = NULL;

    compat_record_init(&record);
    while ((partial || reading->result->unknown_frames == 0) &&
           compat_record_read(file, &record, &error, &details)) {
        take_record(reading, &record);
        note_keys(reading);
    }
    if (error != 0)
        reading->result->error = error_text(error, details);
    compat_record_cleanup(&record);
}

static int compare(gconstpointer a, gconstpointer b)
{
    return incarnation_compare(*(const incarnation_t *const *)a, *(const incarnation_t *const *)b);
}

static void collect(tracked_connection_t *tracked, void *data)
{
    GPtrArray *all = data;

    for (unsigned i = 0; i < tracked->incarnations.count; i++)
        g_ptr_array_add(all, incarnations_at(&tracked->incarnations, i));
}

/* Most connections have little to say of most of their summary. */
static void append(capture_result_t *result, const capture_connection_t *connection)
{
    uint8_t packed[PACKED_SIZE_MAX(sizeof *connection)];
    const size_t size = packed_write(packed, connection, NULL, sizeof *connection);

    g_byte_array_append(result->packed, packed, (guint)size);
    result->connections++;
}

static void list_connections(reading_t *reading)
{
    GPtrArray *all = g_ptr_array_new();

    connection_table_for_each(reading->table, collect, all);
    g_ptr_array_sort(all, compare);
    for (guint i = 0; i < all->len; i++) {
        const incarnation_t *incarnation = g_ptr_array_index(all, i);
        capture_connection_t connection;

        memset(&connection, 0, sizeof connection);
        connection.tuple = incarnation->tracked->tuple;
        tracked_summary(incarnation, &connection.summary);
        append(reading->result, &connection);
    }
    g_byte_array_set_size(reading->result->packed, reading->result->packed->len + PACKED_WORD);
    g_ptr_array_free(all, TRUE);
}

/* The library's own, with a secret that is a new one in every run. */
static guint hash(gconstpointer tuple)
{
    uint8_t key[TCP_TUPLE_KEY_SIZE];

    return wmem_strong_hash(key, tcp_tuple_key(tuple, key));
}

void capture_init(void)
{
    ws_log_set_level(LOG_LEVEL_WARNING);
    wmem_init(); /* makes the secret */
    wtap_init(FALSE);
}

static void begin_result(capture_result_t *result)
{
    *result = (capture_result_t){.packed = g_byte_array_new()};
}

void capture_not_opened(int error, capture_result_t *result)
{
    begin_result(result);
    result->error = error_text(error, NULL);
}

void capture_read(const char *name, bool partial, capture_result_t *result)
{
    static const track_options_t options = {
        .connection = {.time_wait = (int64_t)TIME_WAIT * NS_PER_S}, .keeps_summary = true};
    int error = 0;
    char *details = NULL;

    begin_result(result);

    wtap *file = wtap_open_offline(name, WTAP_TYPE_AUTO, &error, &details, FALSE);

    if (!file) {
        result->error = error_text(error, details);
        return;
    }

    has_keys = false;
    wtap_set_cb_new_secrets(file, take_keys);

    reading_t reading = {.table = connection_table_new(hash, &options), .result = result};

    read_records(&reading, file, partial);
    if (partial || result->unknown_frames == 0)
        list_connections(&reading);
    connection_table_free(reading.table);
    wtap_close(file);
}

void capture_result_clear(capture_result_t *result)
{
    g_byte_array_free(result->packed, TRUE);
    g_free(result->error);
    g_free(result->unknown_layer);
    *result = (capture_result_t){0};
}

void capture_cursor_move(capture_cursor_t *cursor, const capture_result_t *result, unsigned row)
{
    if (row + 1 < cursor->count)
        *cursor = (capture_cursor_t){0};
    while (cursor->count <= row) {
        cursor->end += packed_read(result->packed->data + cursor->end, &cursor->connection, NULL,
                                   sizeof cursor->connection);
        cursor->count++;
    }
}
