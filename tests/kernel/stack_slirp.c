/* stack_slirp.c
 * libslirp for the live test of stacks: 4.4BSD's TCP.
 *
 * libslirp ends TCP connections of a guest, here the other stack, and hands their data on to
 * sockets of the host. These are Unix sockets in a temporary directory, and it is told to do
 * nothing else
 * ("restricted"), so that nothing leaves this program. The states are what slirp_connection_info()
 * prints: its control blocks are not public.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stack_driver.h"
#include "stack_slirp_applications.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <glib.h>
#include <libslirp.h>

enum {
    POLLED_MAX = 256,
    ROUNDS_MAX = 16, /* until the sockets of the host have nothing more to say */
    ETHERNET_SIZE = 14,
    ETHERTYPE_AT = 12
};

static Slirp *slirp;
static bool is_client;
static struct in_addr own, peer;
static uint16_t last_port, last_peer_port; /* of the last segment that came or, of a client, went */
static struct pollfd polled[POLLED_MAX];
static int polled_count;

/* The addresses below Ethernet; slirp's own is made from its IPv4 address. */
static const uint8_t guest_mac[6] = {0x02, 0, 0, 0, 0, 1};
static const uint8_t slirp_mac[6] = {0x52, 0x55, 0, 0, 0, 0};

/* -- The network ------------------------------------------------------------------------------- */

/* Keeps the ports of a segment, as this end sees them. */
static void note_ports(const uint8_t *packet, size_t size, bool outgoing)
{
    const size_t header = (size_t)(packet[0] & 15) * 4;

    if (size < header + 4)
        return;

    const uint16_t source = (uint16_t)(packet[header] << 8 | packet[header + 1]);
    const uint16_t target = (uint16_t)(packet[header + 2] << 8 | packet[header + 3]);

    last_port = outgoing ? source : target;
    last_peer_port = outgoing ? target : source;
}

static ssize_t send_frame(const void *bytes, size_t size, void *opaque)
{
    const uint8_t *frame = bytes;

    (void)opaque;
    if (size > ETHERNET_SIZE && frame[ETHERTYPE_AT] == 0x08 && frame[ETHERTYPE_AT + 1] == 0x00) {
        if (is_client)
            note_ports(frame + ETHERNET_SIZE, size - ETHERNET_SIZE, true);
        driver_emit(frame + ETHERNET_SIZE, size - ETHERNET_SIZE);
    }
    return (ssize_t)size;
}

/* The guest tells its address by ARP, so that slirp need not ask for it (RFC 5227 3). */
static void announce_guest(void)
{
    uint8_t frame[60] = {0};
    static const uint8_t kind[] = {0x08, 0x06, 0, 1, 0x08, 0x00, 6, 4, 0, 1};

    memset(frame, 0xff, 6);
    memcpy(frame + 6, guest_mac, 6);
    memcpy(frame + ETHERTYPE_AT, kind, sizeof kind);
    memcpy(frame + 22, guest_mac, 6);
    memcpy(frame + 28, &peer, 4);
    memcpy(frame + 38, &peer, 4);
    slirp_input(slirp, frame, sizeof frame);
}

/* -- What slirp asks of its host --------------------------------------------------------------- */

static void complain(const char *message, void *opaque)
{
    (void)opaque;
    fprintf(stderr, "slirp: %s\n", message);
}

static int64_t clock_ns(void *opaque)
{
    (void)opaque;
    return driver_now() * 1000000;
}

/* Timers are for IPv6 alone, which is off. */
static void *new_timer(SlirpTimerCb callback, void *argument, void *opaque)
{
    (void)callback;
    (void)argument;
    (void)opaque;
    return malloc(1);
}

static void free_timer(void *timer, void *opaque)
{
    (void)opaque;
    free(timer);
}

static void set_timer(void *timer, int64_t when, void *opaque)
{
    (void)timer;
    (void)when;
    (void)opaque;
}

static void ignore_socket(int socket, void *opaque)
{
    (void)socket;
    (void)opaque;
}

static void ignore_news(void *opaque)
{
    (void)opaque;
}

static int add_polled(int socket, int events, void *opaque)
{
    short wanted = 0;

    (void)opaque;
    if (polled_count == POLLED_MAX)
        driver_fail("too many sockets");
    wanted |= events & SLIRP_POLL_IN ? POLLIN : 0;
    wanted |= events & SLIRP_POLL_OUT ? POLLOUT : 0;
    wanted |= events & SLIRP_POLL_PRI ? POLLPRI : 0;
    polled[polled_count] = (struct pollfd){.fd = socket, .events = wanted};
    return polled_count++;
}

static int tell_polled(int index, void *opaque)
{
    const short found = polled[index].revents;
    int events = 0;

    (void)opaque;
    events |= found & POLLIN ? SLIRP_POLL_IN : 0;
    events |= found & POLLOUT ? SLIRP_POLL_OUT : 0;
    events |= found & POLLPRI ? SLIRP_POLL_PRI : 0;
    events |= found & POLLERR ? SLIRP_POLL_ERR : 0;
    events |= found & POLLHUP ? SLIRP_POLL_HUP : 0;
    return events;
}

/* Renamed in 4.9, for the sake of Windows. */
#if SLIRP_CHECK_VERSION(4, 9, 0)
#define POLLFDS_FILL slirp_pollfds_fill_socket
#else
#define POLLFDS_FILL slirp_pollfds_fill
#endif

/* Lets slirp see the time and its sockets; returns whether one of these had news. */
static bool poll_slirp(void)
{
    uint32_t timeout = 0;

    polled_count = 0;
    POLLFDS_FILL(slirp, &timeout, add_polled, NULL);

    const int found = poll(polled, (nfds_t)polled_count, 0);

    slirp_pollfds_poll(slirp, found < 0, tell_polled, NULL);
    return found > 0;
}

/* Until nobody has anything more to do at this time. */
static void settle(void)
{
    for (unsigned round = 0; round < ROUNDS_MAX; round++) {
        const bool news = poll_slirp();

        /* slirp connects to an application when a handshake is done: that of the last segment. */
        if (!applications_run(last_port, last_peer_port) && !news)
            return;
    }
}

/* -- Commands ---------------------------------------------------------------------------------- */

void stack_begin(const driver_options_t *options)
{
    static const SlirpCb callbacks = {.send_packet = send_frame,
                                      .guest_error = complain,
                                      .clock_get_ns = clock_ns,
                                      .timer_new = new_timer,
                                      .timer_free = free_timer,
                                      .timer_mod = set_timer,
                                      .register_poll_fd = ignore_socket,
                                      .unregister_poll_fd = ignore_socket,
                                      .notify = ignore_news};
    SlirpConfig config = {.version = 1, .restricted = 1, .in_enabled = true};

    signal(SIGPIPE, SIG_IGN); /* slirp writes to applications that have closed */
    is_client = options->is_client;
    if (!inet_aton(options->address, &own) || !inet_aton(options->peer, &peer))
        driver_fail("no IPv4 address");
    applications_begin();
    config.vnetmask.s_addr = htonl(0xffffff00);
    config.vnetwork.s_addr = own.s_addr & config.vnetmask.s_addr;
    /* A client's connections come from vhost; a server's guest must not be served by it. */
    config.vhost = own;
    if (!is_client)
        config.vhost.s_addr = config.vnetwork.s_addr | htonl(254);
    config.vnameserver.s_addr = config.vnetwork.s_addr | htonl(253);
    config.vdhcp_start.s_addr = config.vnetwork.s_addr | htonl(250);
    slirp = slirp_new(&config, &callbacks, NULL);
    if (!slirp)
        driver_fail("slirp does not start");
    announce_guest();
}

void stack_run_until(int64_t milliseconds)
{
    (void)milliseconds;
    settle();
}

void stack_input(const uint8_t *packet, size_t size)
{
    static uint8_t frame[ETHERNET_SIZE + DRIVER_PACKET_MAX];

    memcpy(frame, slirp_mac, 6);
    memcpy(frame + 6, guest_mac, 6);
    frame[ETHERTYPE_AT] = 0x08;
    frame[ETHERTYPE_AT + 1] = 0x00;
    memcpy(frame + ETHERNET_SIZE, packet, size);
    note_ports(packet, size, false);
    slirp_input(slirp, frame, (int)(ETHERNET_SIZE + size));
    settle();
}

void stack_listen(uint16_t port)
{
    service_t *service = service_add(port);

    service_listen(service);
    if (slirp_add_unix(slirp, service->at.sun_path, &own, port) != 0)
        driver_fail("cannot listen");
}

/* slirp connects to a port of its guest when somebody connects to a socket of the host. */
static service_t *forward_to(uint16_t peer_port)
{
    const struct sockaddr_in guest = {
        .sin_family = AF_INET, .sin_port = htons(peer_port), .sin_addr = peer};
    service_t *service = service_add(peer_port);

    if (slirp_add_hostxfwd(slirp, (struct sockaddr *)&service->at, sizeof service->at,
                           (const struct sockaddr *)&guest, sizeof guest, 0) != 0)
        driver_fail("cannot forward");
    return service;
}

void stack_connect(uint16_t port, uint16_t peer_port)
{
    const service_t *service = service_find(peer_port);
    const int made = service_connect(service ? service : forward_to(peer_port));

    (void)port;
    settle();
    application_add(made, last_port, peer_port);
}

void stack_send(uint16_t port, uint16_t peer_port, size_t bytes)
{
    const application_t *application = application_find(port, peer_port);

    if (application)
        application_send(application, bytes);
    settle();
}

void stack_request(uint16_t port, uint16_t peer_port, stack_request_t request)
{
    application_t *application = application_find(port, peer_port);

    if (!application)
        return;
    switch (request) {
    case STACK_PAUSE:
        application->paused = true;
        break;
    case STACK_RESUME:
        application->paused = false;
        break;
    case STACK_SHUTDOWN:
        shutdown(application->socket, SHUT_WR);
        break;
    case STACK_CLOSE:
    case STACK_ABORT:
        application_close(application);
        break;
    }
    settle();
}

/* -- Sockets ----------------------------------------------------------------------------------- */

static const char *rfc_state(const char *state)
{
    static const char *const names[][2] = {
        {"CLOSED", "CLOSED"},         {"LISTEN", "LISTEN"},           {"SYN_SENT", "SYN-SENT"},
        {"SYN_RCVD", "SYN-RECEIVED"}, {"ESTABLISHED", "ESTABLISHED"}, {"FIN_WAIT_1", "FIN-WAIT-1"},
        {"FIN_WAIT_2", "FIN-WAIT-2"}, {"CLOSE_WAIT", "CLOSE-WAIT"},   {"CLOSING", "CLOSING"},
        {"LAST_ACK", "LAST-ACK"},     {"TIME_WAIT", "TIME-WAIT"}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(state, names[i][0]) == 0)
            return names[i][1];
    return NULL;
}

/* The own port of a client's connection is not printed: there is one to each port of the guest. */
static uint16_t own_port_to(uint16_t peer_port)
{
    const uint16_t port = application_port_to(peer_port);

    return port ? port : last_port;
}

/* "  TCP[ESTABLISHED]    6  10.0.0.1  4000  10.0.0.2  1021  0  0": of a client's connection the
 * second pair is the guest, of a server's the first. */
static void tell_line(const char *line)
{
    char state[24];
    unsigned first;
    unsigned second;

    if (sscanf(line, " TCP[%23[^]]] %*s %*s %u %*s %u", state, &first, &second) != 3 ||
        !rfc_state(state))
        return;
    if (is_client)
        driver_tell_socket(own_port_to((uint16_t)second), (uint16_t)second, rfc_state(state));
    else
        driver_tell_socket((uint16_t)second, (uint16_t)first, rfc_state(state));
}

void stack_tell_sockets(void)
{
    char *info = slirp_connection_info(slirp);
    char *rest = NULL;
    uint16_t port;

    for (unsigned i = 0; service_listening(i, &port); i++)
        driver_tell_socket(port, 0, "LISTEN");
    for (char *line = strtok_r(info, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        tell_line(line);
    g_free(info);
}
