// SPDX-License-Identifier: Apache-2.0

// What programs have in common that put a load on a server over TCP.

#ifndef CLOADCLIENT_H
#define CLOADCLIENT_H

#include <time.h>

// Says what is wrong after the program's name, and ends it with 70.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Seconds.
double read_clock(clockid_t clock);

// A connection to an IPv4 address, which blocks, and sends at once what it is given.
int connect_to(const char *host, const char *port);

#endif
