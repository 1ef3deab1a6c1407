/* report_zeek.c
 * A connection as a line of Zeek's conn.log in JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_zeek.h"

#include "report_escape.h"

#include <inttypes.h>
#include <string.h>

enum { NS_PER_US = 1000, UID_LEN = 17, DIGITS = 62 };

static const char *address_of(const connection_record_t *record, role_t role)
{
    return record->address[role] ? record->address[role] : record->name[role];
}

/* Zeek's have 96 bits to the base of 62 behind a C. */
static void append_uid(GString *line, const connection_record_t *record)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char *key = g_strdup_printf("%s %u %s %u %" PRId64, address_of(record, ROLE_CLIENT),
                                record->port[ROLE_CLIENT], address_of(record, ROLE_SERVER),
                                record->port[ROLE_SERVER], record->summary->first_time);
    GChecksum *hash = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize len = sizeof digest;

    g_checksum_update(hash, (const guchar *)key, (gssize)strlen(key));
    g_checksum_get_digest(hash, digest, &len);
    g_string_append_c(line, 'C');
    for (unsigned i = 0; i < UID_LEN; i++)
        g_string_append_c(line, digits[digest[i] % DIGITS]);
    g_checksum_free(hash);
    g_free(key);
}

/* Seconds with the six digits that Zeek has. */
static void append_time(GString *line, const char *name, int64_t nanoseconds)
{
    if (nanoseconds != NO_TIME) /* Zeek leaves out what it does not know */
        g_string_append_printf(line, "\"%s\":%" PRId64 ".%06" PRId64 ",", name,
                               nanoseconds / NS_PER_S, nanoseconds % NS_PER_S / NS_PER_US);
}

static void append_number(GString *line, const char *name, uint64_t number)
{
    g_string_append_printf(line, "\"%s\":%" PRIu64 ",", name, number);
}

static void append_text(GString *line, const char *name, const char *text)
{
    g_string_append_printf(line, "\"%s\":", name);
    report_append_json_string(line, text);
    g_string_append_c(line, ',');
}

void report_zeek_append(GString *line, const connection_record_t *record)
{
    const summary_t *summary = record->summary;
    const volume_t *client = &summary->volume[ROLE_CLIENT];
    const volume_t *server = &summary->volume[ROLE_SERVER];
    const uint64_t client_missed = volume_missed(client);
    const uint64_t server_missed = volume_missed(server);

    g_string_append_c(line, '{');
    append_time(line, "ts", summary->first_time != 0 ? summary->first_time : NO_TIME);
    g_string_append(line, "\"uid\":\"");
    append_uid(line, record);
    g_string_append(line, "\",");
    append_text(line, "id.orig_h", address_of(record, ROLE_CLIENT));
    append_number(line, "id.orig_p", record->port[ROLE_CLIENT]);
    append_text(line, "id.resp_h", address_of(record, ROLE_SERVER));
    append_number(line, "id.resp_p", record->port[ROLE_SERVER]);
    append_text(line, "proto", "tcp");
    append_time(line, "duration", summary_duration(summary));
    append_number(line, "orig_bytes", client->bytes + client_missed);
    append_number(line, "resp_bytes", server->bytes + server_missed);
    append_text(line, "conn_state", zeek_conn_state(&summary->zeek));
    append_number(line, "missed_bytes", client_missed + server_missed);
    append_text(line, "history", summary->zeek.history);
    append_number(line, "orig_pkts", client->packets);
    append_number(line, "orig_ip_bytes", client->ip_bytes);
    append_number(line, "resp_pkts", server->packets);
    append_number(line, "resp_ip_bytes", server->ip_bytes);
    g_string_truncate(line, line->len - 1); /* the last comma */
    g_string_append_c(line, '}');
}
