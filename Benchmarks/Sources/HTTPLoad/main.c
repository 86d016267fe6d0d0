// SPDX-License-Identifier: Apache-2.0

// Usage: http-load CONNECTIONS DEPTH SECONDS COUNT CHECK HOST PORT < TARGETS
//
// Asks an HTTP server for TARGETS, again and again, over so many connections with DEPTH requests on
// their way in each, for SECONDS or until COUNT responses came; 0 for no such bound. Status and
// length of every response must be right, and of one in CHECK every byte, or it ends with 70 and
// says what was wrong. Content that is not compared is not copied either.
// TARGETS are lines of TARGET, FILE, OFFSET and LENGTH: a range of a file whose bytes are those of
// FILE, or with LENGTH 0 all of it.
// Prints responses, bytes of content, responses compared, seconds, and CPU seconds of its own.

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#include "load.h"

enum { EVENTS = 256 };

static double now(void) { return read_clock(CLOCK_MONOTONIC); }

static struct connection *begin_connection(const char *host, const char *port, int poll) {
  struct connection *connection = calloc(1, sizeof *connection);
  if (!connection) fail("out of memory");
  connection->socket = connect_to(host, port);
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, connection->socket, &event)) fail("epoll_ctl");
  return connection;
}

// Until everything was answered or the time is over.
static void run(int poll, struct load *load, double end) {
  struct epoll_event events[EVENTS];
  while (load->finished < load->limit) {
    double left = end - now();
    if (left <= 0) return;
    int count = epoll_wait(poll, events, EVENTS, left < 1 ? (int)(left * 1e3) + 1 : 1000);
    for (int i = 0; i < count; i++) {
      struct connection *connection = events[i].data.ptr;
      receive(connection, load);
      ask(connection, load);
    }
  }
}

int main(int count, char **arguments) {
  if (count != 8) {
    fprintf(
        stderr, "usage: http-load CONNECTIONS DEPTH SECONDS COUNT CHECK HOST PORT < TARGETS\n");
    return 64;
  }
  int connections = atoi(arguments[1]);
  double seconds = atof(arguments[3]);
  uint64_t limit = strtoull(arguments[4], NULL, 10);
  struct load load = {
      .depth = (unsigned)atoi(arguments[2]),
      .limit = limit ? limit : UINT64_MAX,
      .check = strtoull(arguments[5], NULL, 10),
  };
  if (connections < 1 || load.depth < 1 || load.depth > MAX_DEPTH || !load.check) {
    fail("expected at least 1 connection, and 1 to %d requests in each", MAX_DEPTH);
  }
  load.targets = read_targets(arguments[6]);
  int poll = epoll_create1(0);
  double begin = now(), begin_cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
  for (int i = 0; i < connections; i++) {
    ask(begin_connection(arguments[6], arguments[7], poll), &load);
  }
  run(poll, &load, seconds > 0 ? begin + seconds : begin + 1e9);
  printf(
      "%" PRIu64 " %" PRIu64 " %" PRIu64 " %.6f %.6f\n", load.finished, load.bytes,
      load.compared, now() - begin, read_clock(CLOCK_PROCESS_CPUTIME_ID) - begin_cpu);
  return 0;
}
