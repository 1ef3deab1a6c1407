/* icmp.c
 * ICMP and ICMPv6: the packets that errors quote.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

enum { HEADER_SIZE = 8, WORD = 4, VERSION_4 = 4, VERSION_6 = 6 };

static bool is_error(unsigned type)
{
    enum {
        UNREACHABLE = 3,
        SOURCE_QUENCH = 4,
        REDIRECT = 5,
        TIME_EXCEEDED = 11,
        PARAMETER_PROBLEM = 12
    };

    return type == UNREACHABLE || type == SOURCE_QUENCH || type == REDIRECT ||
           type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
}

/* Limits the view, which begins at the quoted packet, to as much as tshark takes for it. `words`:
 * how long the error says that the quotation is (RFC 4884). */
static void limit_quotation(view_t *view, bool is_redirect, unsigned words)
{
    const size_t header = (size_t)(view->bytes[0] & 0x0f) * WORD;

    if (is_redirect)
        view_limit(view, header + HEADER_SIZE);
    else if (words > 0 && view->reported > words * WORD && view_has(view, 4) &&
             view_get16(view, 2) > words * WORD)
        view_limit(view, header + words * WORD);
}

layers_result_t layer_icmp(walk_t *walk)
{
    enum { REDIRECT = 5, WORDS_AT = 5 };
    view_t *view = &walk->view;
    const uint8_t *header = view->bytes;

    if (!view_has(view, 2) || !is_error(header[0]) || !view_has(view, HEADER_SIZE + 1))
        return LAYERS_WITHOUT_TCP;
    walk->quoted = true;
    walk->error = (icmp_error_t){VERSION_4, header[0], header[1]};
    view_skip(view, HEADER_SIZE);
    limit_quotation(view, header[0] == REDIRECT, header[WORDS_AT]);
    return layer_ip(walk);
}

layers_result_t layer_icmpv6(walk_t *walk)
{
    enum { ERROR_MAX = 4, REDIRECT = 137, RPL = 155 };
    view_t *view = &walk->view;
    const uint8_t *header = view->bytes;

    if (!view_has(view, 2))
        return LAYERS_WITHOUT_TCP;
    if (header[0] == REDIRECT || header[0] == RPL)
        return walk_unknown_number(walk, "ICMPv6 type", header[0]);
    if (header[0] == 0 || header[0] > ERROR_MAX || !view_has(view, HEADER_SIZE + 1))
        return LAYERS_WITHOUT_TCP;
    walk->quoted = true;
    walk->error = (icmp_error_t){VERSION_6, header[0], header[1]};
    view_skip(view, HEADER_SIZE);
    return layer_ipv6(walk);
}
