/* stack_slirp_applications.h
 * The applications behind libslirp's connections: Unix sockets in a temporary directory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_STACK_SLIRP_APPLICATIONS_H
#define TCPSTATE_TESTS_STACK_SLIRP_APPLICATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

/* A port of the guest that can be connected to, or one that it can connect to. */
typedef struct service {
    uint16_t port;
    struct sockaddr_un at; /* where the application is behind it */
    int listener;          /* of the application; -1: slirp listens there */
} service_t;

/* A connection as its application has it. */
typedef struct application {
    int socket; /* -1: closed */
    uint16_t port;
    uint16_t peer_port;
    bool paused;
} application_t;

/* Makes the directory, which goes when the program ends. */
void applications_begin(void);

/* A new service; and the one of this port, or NULL. */
service_t *service_add(uint16_t port);
service_t *service_find(uint16_t port);

/* Lets an application listen behind it. */
void service_listen(service_t *service);

/* The ports on which applications listen, one after the other; returns false at the end. */
bool service_listening(unsigned number, uint16_t *port);

/* A connected socket to a service on which slirp listens. */
int service_connect(const service_t *service);

/* The application of a connection; NULL: there is none, or it has closed. */
application_t *application_find(uint16_t port, uint16_t peer_port);

/* A new one. It owns the socket. */
void application_add(int socket, uint16_t port, uint16_t peer_port);

/* Its own port in the newest connection to this one; 0: there is none. */
uint16_t application_port_to(uint16_t peer_port);

/* Takes connections from slirp, which are of these two ports, and reads what has come. Returns
 * whether there was anything. */
bool applications_run(uint16_t port, uint16_t peer_port);

/* Sends zeros. */
void application_send(const application_t *application, size_t bytes);

/* Closes both directions; that resets if data came that were not read: after "pause" alone. */
void application_close(application_t *application);

#endif
