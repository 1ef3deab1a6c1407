/* stack_lwip.c
 * lwIP, as Debian's liblwip has it, for the live test of stacks.
 *
 * Nothing here uses lwIP's own clock or threads: the raw interface is called from this thread
 * alone, and TCP's timers run when the driver says that time has passed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stack_driver.h"

#include <limits.h> /* lwIP asks for SSIZE_MAX */
#include <stdlib.h>

#include <lwip/init.h>
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>

enum { LINK_MTU = 1500, CONNECTIONS_MAX = 64 };

/* A connection as its application has it; lwIP may keep its own part longer, or shorter. */
typedef struct application {
    struct tcp_pcb *pcb; /* NULL: not in use */
    bool paused;
    u16_t unread; /* bytes that came while it was paused */
} application_t;

static struct netif wire;
static ip_addr_t peer;
static application_t applications[CONNECTIONS_MAX];
static int64_t next_tick; /* of TCP's timers, milliseconds */

/* lwIP asks these of its platform. They stand before the ones of the library. */
u32_t sys_now(void);
u32_t sys_now(void)
{
    return (u32_t)driver_now();
}

u32_t sys_jiffies(void);
u32_t sys_jiffies(void)
{
    return (u32_t)driver_now();
}

/* -- The application --------------------------------------------------------------------------- */

static application_t *find(uint16_t port, uint16_t peer_port)
{
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++) {
        const struct tcp_pcb *pcb = applications[i].pcb;

        if (pcb && pcb->local_port == port && pcb->remote_port == peer_port)
            return &applications[i];
    }
    return NULL;
}

static err_t take_data(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    application_t *application = arg;

    (void)error;
    if (!data)
        return ERR_OK; /* the other end's FIN: the scenario says when this one closes */
    if (application && application->paused)
        application->unread = (u16_t)(application->unread + data->tot_len);
    else
        tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    return ERR_OK;
}

static void note_gone(void *arg, err_t error)
{
    application_t *application = arg;

    (void)error;
    if (application)
        application->pcb = NULL;
}

static void begin_application(struct tcp_pcb *pcb)
{
    application_t *application = applications;

    while (application < applications + CONNECTIONS_MAX && application->pcb)
        application++;
    if (application == applications + CONNECTIONS_MAX)
        driver_fail("too many connections");
    *application = (application_t){.pcb = pcb};
    tcp_arg(pcb, application);
    tcp_recv(pcb, take_data);
    tcp_err(pcb, note_gone);
}

static err_t note_accepted(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (pcb && error == ERR_OK)
        begin_application(pcb);
    return ERR_OK;
}

static err_t note_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    (void)pcb;
    return error;
}

void stack_listen(uint16_t port)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);

    if (!pcb || tcp_bind(pcb, IP4_ADDR_ANY, port) != ERR_OK || !(pcb = tcp_listen(pcb)))
        driver_fail("cannot listen");
    tcp_accept(pcb, note_accepted);
}

void stack_connect(uint16_t port, uint16_t peer_port)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);

    if (!pcb)
        driver_fail("no memory");
    ip_set_option(pcb, SOF_REUSEADDR);
    if (tcp_bind(pcb, IP4_ADDR_ANY, port) != ERR_OK)
        driver_fail("cannot bind");
    begin_application(pcb);
    if (tcp_connect(pcb, &peer, peer_port, note_connected) != ERR_OK)
        driver_fail("cannot connect");
}

void stack_send(uint16_t port, uint16_t peer_port, size_t bytes)
{
    static const uint8_t data[DRIVER_PACKET_MAX];
    const application_t *application = find(port, peer_port);

    if (!application)
        return;
    if (bytes > tcp_sndbuf(application->pcb))
        bytes = tcp_sndbuf(application->pcb);
    if (tcp_write(application->pcb, data, (u16_t)bytes, TCP_WRITE_FLAG_COPY) == ERR_OK)
        tcp_output(application->pcb);
}

/* lwIP goes on alone. */
static void close_application(application_t *application)
{
    struct tcp_pcb *pcb = application->pcb;

    application->pcb = NULL;
    tcp_arg(pcb, NULL);
    tcp_err(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

void stack_request(uint16_t port, uint16_t peer_port, stack_request_t request)
{
    application_t *application = find(port, peer_port);

    if (!application)
        return;
    switch (request) {
    case STACK_PAUSE:
        application->paused = true;
        break;
    case STACK_RESUME:
        application->paused = false;
        tcp_recved(application->pcb, application->unread);
        application->unread = 0;
        break;
    case STACK_SHUTDOWN:
        tcp_shutdown(application->pcb, 0, 1);
        break;
    case STACK_CLOSE:
        close_application(application);
        break;
    case STACK_ABORT:
        tcp_abort(application->pcb);
        break;
    }
}

/* -- The network ------------------------------------------------------------------------------- */

static err_t send_packet(struct netif *netif, struct pbuf *packet, const ip4_addr_t *next_hop)
{
    static uint8_t bytes[DRIVER_PACKET_MAX];

    (void)netif;
    (void)next_hop;
    driver_emit(bytes, pbuf_copy_partial(packet, bytes, sizeof bytes, 0));
    return ERR_OK;
}

static err_t prepare_wire(struct netif *netif)
{
    netif->name[0] = 'w';
    netif->name[1] = 'i';
    netif->mtu = LINK_MTU;
    netif->output = send_packet;
    return ERR_OK;
}

void stack_begin(const driver_options_t *options)
{
    ip4_addr_t address;
    ip4_addr_t mask;

    if (!ip4addr_aton(options->address, &address) || !ipaddr_aton(options->peer, &peer))
        driver_fail("no IPv4 address");
    srand(options->seed);
    lwip_init();
    IP4_ADDR(&mask, 255, 255, 255, 0);
    if (!netif_add(&wire, &address, &mask, &address, NULL, prepare_wire, ip_input))
        driver_fail("no network interface");
    netif_set_default(&wire);
    netif_set_link_up(&wire);
    netif_set_up(&wire);
}

void stack_input(const uint8_t *packet, size_t size)
{
    struct pbuf *copy = pbuf_alloc(PBUF_RAW, (u16_t)size, PBUF_RAM);

    if (!copy || pbuf_take(copy, packet, (u16_t)size) != ERR_OK)
        driver_fail("no memory");
    if (wire.input(copy, &wire) != ERR_OK)
        pbuf_free(copy);
}

void stack_run_until(int64_t milliseconds)
{
    for (; next_tick <= milliseconds; next_tick += TCP_TMR_INTERVAL)
        tcp_tmr();
}

/* -- Sockets ----------------------------------------------------------------------------------- */

static const char *state_text(enum tcp_state state)
{
    switch (state) {
    case CLOSED:
        return "CLOSED";
    case LISTEN:
        return "LISTEN";
    case SYN_SENT:
        return "SYN-SENT";
    case SYN_RCVD:
        return "SYN-RECEIVED";
    case ESTABLISHED:
        return "ESTABLISHED";
    case FIN_WAIT_1:
        return "FIN-WAIT-1";
    case FIN_WAIT_2:
        return "FIN-WAIT-2";
    case CLOSE_WAIT:
        return "CLOSE-WAIT";
    case CLOSING:
        return "CLOSING";
    case LAST_ACK:
        return "LAST-ACK";
    case TIME_WAIT:
        return "TIME-WAIT";
    }
    return "Unknown";
}

static void tell_list(const struct tcp_pcb *pcb)
{
    for (; pcb; pcb = pcb->next)
        driver_tell_socket(pcb->local_port, pcb->remote_port, state_text(pcb->state));
}

void stack_tell_sockets(void)
{
    for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next)
        driver_tell_socket(pcb->local_port, 0, state_text(pcb->state));
    tell_list(tcp_active_pcbs);
    tell_list(tcp_tw_pcbs);
}
