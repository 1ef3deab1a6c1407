/* stack_driver.c
 * Reads commands and prints answers; stack_driver.h has the language.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stack_driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_SIZE = 2 * DRIVER_PACKET_MAX + 64, TIMER_STEP = 50 };

static int64_t now;

int64_t driver_now(void)
{
    return now;
}

void driver_fail(const char *what)
{
    fprintf(stderr, "stack driver: %s\n", what);
    exit(1);
}

void driver_emit(const uint8_t *packet, size_t size)
{
    printf("packet ");
    for (size_t i = 0; i < size; i++)
        printf("%02x", packet[i]);
    printf("\n");
}

void driver_tell_socket(uint16_t port, uint16_t peer_port, const char *state)
{
    printf("socket %u %u %s\n", port, peer_port, state);
}

/* -- Commands ---------------------------------------------------------------------------------- */

/* Timers are run in steps, so that none is later than this. */
static void run_until(int64_t until)
{
    while (now < until) {
        now = until - now > TIMER_STEP ? now + TIMER_STEP : until;
        stack_run_until(now);
    }
}

static void take_packet(const char *hex)
{
    static uint8_t packet[DRIVER_PACKET_MAX];
    size_t size = 0;
    unsigned byte;

    while (size < sizeof packet && sscanf(hex + 2 * size, "%2x", &byte) == 1)
        packet[size++] = (uint8_t)byte;
    stack_input(packet, size);
}

/* What applications do; returns false for an unknown command. */
static bool take_request(const char *name, uint16_t port, uint16_t peer_port, size_t bytes)
{
    static const struct {
        const char *name;
        stack_request_t request;
    } requests[] = {{"pause", STACK_PAUSE},
                    {"resume", STACK_RESUME},
                    {"shutdown", STACK_SHUTDOWN},
                    {"close", STACK_CLOSE},
                    {"abort", STACK_ABORT}};

    if (strcmp(name, "listen") == 0) {
        stack_listen(port);
    } else if (strcmp(name, "connect") == 0) {
        stack_connect(port, peer_port);
    } else if (strcmp(name, "send") == 0) {
        stack_send(port, peer_port, bytes);
    } else {
        for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
            if (strcmp(name, requests[i].name) == 0) {
                stack_request(port, peer_port, requests[i].request);
                return true;
            }
        return false;
    }
    return true;
}

static void take_command(const char *line)
{
    char name[16];
    int used = 0;
    unsigned port = 0;
    unsigned peer_port = 0;
    size_t bytes = 0;

    if (sscanf(line, "%15s %n", name, &used) < 1)
        driver_fail("an empty command");
    if (strcmp(name, "at") == 0) {
        run_until(strtoll(line + used, NULL, 10));
        return;
    }
    if (strcmp(name, "packet") == 0) {
        take_packet(line + used);
        return;
    }
    sscanf(line + used, "%u %u %zu", &port, &peer_port, &bytes);
    if (!take_request(name, (uint16_t)port, (uint16_t)peer_port, bytes))
        driver_fail("an unknown command");
}

int main(int argc, char **argv)
{
    static char line[LINE_MAX_SIZE];

    if (argc != 5)
        driver_fail("usage: ADDRESS PEER client|server SEED");
    stack_begin(&(driver_options_t){.address = argv[1],
                                    .peer = argv[2],
                                    .is_client = strcmp(argv[3], "client") == 0,
                                    .seed = (unsigned)strtoul(argv[4], NULL, 10)});
    while (fgets(line, sizeof line, stdin)) {
        take_command(line);
        stack_tell_sockets();
        printf(".\n");
        fflush(stdout);
    }
    return 0;
}
