/* stack_slirp_applications.c
 * The applications behind libslirp's connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stack_slirp_applications.h"

#include "stack_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, SERVICES_MAX = 8 };

static char directory[] = "/tmp/stack-slirp-XXXXXX";
static service_t services[SERVICES_MAX];
static unsigned service_count;
static application_t applications[CONNECTIONS_MAX];
static unsigned application_count;

static int unblocked(int socket)
{
    if (socket < 0 || fcntl(socket, F_SETFL, O_NONBLOCK) != 0)
        driver_fail(strerror(errno));
    return socket;
}

/* -- Services ---------------------------------------------------------------------------------- */

static void clean_up(void)
{
    for (unsigned i = 0; i < service_count; i++)
        unlink(services[i].at.sun_path);
    rmdir(directory);
}

void applications_begin(void)
{
    if (!mkdtemp(directory))
        driver_fail("no temporary directory");
    atexit(clean_up);
}

service_t *service_find(uint16_t port)
{
    for (unsigned i = 0; i < service_count; i++)
        if (services[i].port == port)
            return &services[i];
    return NULL;
}

service_t *service_add(uint16_t port)
{
    if (service_count == SERVICES_MAX)
        driver_fail("too many ports");

    service_t *service = &services[service_count++];

    *service = (service_t){.port = port, .at = {.sun_family = AF_UNIX}, .listener = -1};
    snprintf(service->at.sun_path, sizeof service->at.sun_path, "%s/%u", directory, port);
    return service;
}

void service_listen(service_t *service)
{
    service->listener = unblocked(socket(AF_UNIX, SOCK_STREAM, 0));
    if (bind(service->listener, (struct sockaddr *)&service->at, sizeof service->at) != 0 ||
        listen(service->listener, CONNECTIONS_MAX) != 0)
        driver_fail(strerror(errno));
}

bool service_listening(unsigned number, uint16_t *port)
{
    for (unsigned i = 0; i < service_count; i++)
        if (services[i].listener >= 0 && number-- == 0) {
            *port = services[i].port;
            return true;
        }
    return false;
}

int service_connect(const service_t *service)
{
    const int made = socket(AF_UNIX, SOCK_STREAM, 0);

    if (connect(made, (const struct sockaddr *)&service->at, sizeof service->at) != 0)
        driver_fail(strerror(errno));
    return made;
}

/* -- Applications ------------------------------------------------------------------------------ */

application_t *application_find(uint16_t port, uint16_t peer_port)
{
    for (unsigned i = application_count; i > 0; i--) {
        application_t *application = &applications[i - 1];

        if (application->port == port && application->peer_port == peer_port)
            return application->socket >= 0 ? application : NULL;
    }
    return NULL;
}

void application_add(int socket, uint16_t port, uint16_t peer_port)
{
    if (application_count == CONNECTIONS_MAX)
        driver_fail("too many connections");
    applications[application_count++] =
        (application_t){.socket = unblocked(socket), .port = port, .peer_port = peer_port};
}

uint16_t application_port_to(uint16_t peer_port)
{
    for (unsigned i = application_count; i > 0; i--)
        if (applications[i - 1].peer_port == peer_port)
            return applications[i - 1].port;
    return 0;
}

static bool accept_all(uint16_t port, uint16_t peer_port)
{
    bool any = false;

    for (unsigned i = 0; i < service_count; i++) {
        const int accepted =
            services[i].listener >= 0 ? accept(services[i].listener, NULL, NULL) : -1;

        if (accepted < 0)
            continue;
        application_add(accepted, port, peer_port);
        any = true;
    }
    return any;
}

static bool read_all(void)
{
    static char bytes[DRIVER_PACKET_MAX];
    bool any = false;

    for (unsigned i = 0; i < application_count; i++)
        if (applications[i].socket >= 0 && !applications[i].paused)
            any |= recv(applications[i].socket, bytes, sizeof bytes, 0) > 0;
    return any;
}

bool applications_run(uint16_t port, uint16_t peer_port)
{
    const bool any = accept_all(port, peer_port);

    return read_all() || any;
}

void application_send(const application_t *application, size_t bytes)
{
    static const char data[DRIVER_PACKET_MAX];

    send(application->socket, data, bytes < sizeof data ? bytes : sizeof data, MSG_NOSIGNAL);
}

void application_close(application_t *application)
{
    close(application->socket);
    application->socket = -1;
}
