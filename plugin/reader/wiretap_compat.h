/* wiretap_compat.h
 * The differences between the file libraries of Wireshark 4.0, 4.2, 4.4 and 4.6.
 *
 * Beside epan/wireshark_compat.h the only file that tests for a version. Include it before every
 * other header of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_WIRETAP_COMPAT_H
#define TCPSTATE_WIRETAP_COMPAT_H

/* Installed from 4.2 on. */
#if __has_include(<config.h>)
#include <config.h>
#endif

#include <wireshark.h>
#include <ws_version.h>
#include <wiretap/wtap.h>
#include <wsutil/buffer.h>

/* A record of a capture file. From 4.6 on its bytes are a part of it. */
typedef struct compat_record {
    wtap_rec rec;
    Buffer bytes;
} compat_record_t;

#if WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 6)
#define COMPAT_RECORD_HOLDS_BYTES 1
#else
#define COMPAT_RECORD_HOLDS_BYTES 0
#endif

enum { COMPAT_FIRST_SPACE = 1514 }; /* for a record's bytes; it grows */

static inline void compat_record_init(compat_record_t *record)
{
#if COMPAT_RECORD_HOLDS_BYTES
    wtap_rec_init(&record->rec, COMPAT_FIRST_SPACE);
#else
    wtap_rec_init(&record->rec);
    ws_buffer_init(&record->bytes, COMPAT_FIRST_SPACE);
#endif
}

static inline void compat_record_cleanup(compat_record_t *record)
{
    wtap_rec_cleanup(&record->rec);
#if !COMPAT_RECORD_HOLDS_BYTES
    ws_buffer_free(&record->bytes);
#endif
}

/* As wtap_read(). What was read before is no longer valid. */
static inline bool compat_record_read(wtap *file, compat_record_t *record, int *error,
                                      char **details)
{
    gint64 offset;

    wtap_rec_reset(&record->rec);
#if COMPAT_RECORD_HOLDS_BYTES
    return wtap_read(file, &record->rec, error, details, &offset);
#else
    return wtap_read(file, &record->rec, &record->bytes, error, details, &offset);
#endif
}

static inline const uint8_t *compat_record_bytes(compat_record_t *record)
{
#if COMPAT_RECORD_HOLDS_BYTES
    return ws_buffer_start_ptr(&record->rec.data);
#else
    return ws_buffer_start_ptr(&record->bytes);
#endif
}

#endif
