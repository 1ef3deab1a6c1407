/* stack_driver.h
 * One TCP/IP stack in user space, as a program that executes commands and keeps virtual time;
 * stack_wire.py is the wire between two of them.
 *
 * Standard input has one command per line; ports are decimal, the stack's own first:
 *
 *   at MILLISECONDS          advance the time to this, and run all timers that are due
 *   packet HEX               an IPv4 packet arrives
 *   listen PORT              open a listener that accepts at once
 *   connect PORT PEER        an active open; a stack that chooses the port itself ignores PORT
 *   send PORT PEER BYTES     the application sends this many bytes
 *   pause PORT PEER          it stops reading
 *   resume PORT PEER         it reads again, as it does at first
 *   shutdown PORT PEER       it closes the sending direction: the stack sends FIN
 *   close PORT PEER          it closes both directions
 *   abort PORT PEER          it closes with RST
 *
 * The answer to each command is every packet that the stack sent, then all of its sockets, then a
 * line with a dot:
 *
 *   packet HEX
 *   socket PORT PEER STATE   as RFC 9293 spells it; a listener's PEER is 0
 *   .
 *
 * A command for a connection that the application has closed or lost does nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_STACK_DRIVER_H
#define TCPSTATE_TESTS_STACK_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the command line says: ADDRESS PEER client|server SEED. */
typedef struct driver_options {
    const char *address; /* of this stack, dotted */
    const char *peer;    /* of the other one, in the same /24 */
    bool is_client;      /* connects and does not listen */
    unsigned seed;       /* for what the stack chooses at random */
} driver_options_t;

enum { DRIVER_PACKET_MAX = 65535 };

/* -- What the stack's own file has to offer ---------------------------------------------------- */

/* What an application can do with a connection. */
typedef enum stack_request {
    STACK_PAUSE,
    STACK_RESUME,
    STACK_SHUTDOWN,
    STACK_CLOSE,
    STACK_ABORT
} stack_request_t;

/* Starts the stack at time 0. Called once, before all others. */
void stack_begin(const driver_options_t *options);

/* One of the commands above. */
void stack_run_until(int64_t milliseconds);
void stack_input(const uint8_t *packet, size_t size);
void stack_listen(uint16_t port);
void stack_connect(uint16_t port, uint16_t peer_port);
void stack_send(uint16_t port, uint16_t peer_port, size_t bytes);
void stack_request(uint16_t port, uint16_t peer_port, stack_request_t request);

/* Calls driver_tell_socket() for each socket. */
void stack_tell_sockets(void);

/* -- What the driver offers to it -------------------------------------------------------------- */

/* The stack sends an IPv4 packet. */
void driver_emit(const uint8_t *packet, size_t size);

/* There is such a socket. */
void driver_tell_socket(uint16_t port, uint16_t peer_port, const char *state);

/* Virtual time, milliseconds. */
int64_t driver_now(void);

/* Ends the program with a message: the stack or the system does not do what the driver needs. */
void driver_fail(const char *what);

#endif
