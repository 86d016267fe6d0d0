// SPDX-License-Identifier: Apache-2.0
// Clients that a web server does not wish for, from many loopback addresses, in one thread.
//
//   load slow HOST PORT PATH CLIENTS SECONDS RATE
//       each asks for PATH and reads RATE bytes a second of it
//   load flood HOST PORT PATH CLIENTS SECONDS RATE
//       RATE connections a second, at most CLIENTS at once: each fifth says nothing, each fifth sends
//       half of a request, the others ask for PATH and read the beginning of it; all end in a reset,
//       within a second
//   load greedy HOST PORT PATH CLIENTS SECONDS RATE
//       the same, but those who ask read as fast as they can
//
// Says "ready" when all slow readers are connected, or when a flood begins; in the end how many
// connections were made and how many bytes came, as JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PER_ADDRESS = 50, HALF = 20 };

struct client {
  int socket;
  int asked, heard;
  double until, next;
};

static const char *path;
static struct sockaddr_in server;
static unsigned long long connections, failures, bytes;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(71);
}

// A connection under way from the loopback address of its number, with a small window.
static int begin(int number, int is_flood) {
  int one = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), window = 4096, on = 1;
  if (one < 0) fail("socket");
  if (is_flood) {
    struct linger reset = {1, 0};
    setsockopt(one, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  } else {
    setsockopt(one, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
  }
  // The port is chosen at connect(2), so that each address has all of them.
  setsockopt(one, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  struct sockaddr_in source = {.sin_family = AF_INET};
  source.sin_addr.s_addr = htonl(0x7F010101 + (unsigned)(number / PER_ADDRESS));
  if (bind(one, (struct sockaddr *)&source, sizeof source)) fail("bind");
  if (connect(one, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS) {
    failures++;
    close(one);
    return -1;
  }
  connections++;
  return one;
}

static void ask(struct client *client, size_t limit) {
  char request[512];
  int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
  size_t count = limit && limit < (size_t)length ? limit : (size_t)length;
  if (send(client->socket, request, count, MSG_NOSIGNAL) == (ssize_t)count) client->asked = 1;
}

static void slow(struct client *clients, int count, double end, double rate) {
  int poller = epoll_create1(0), connected = 0;
  for (int i = 0; i < count; i++) {
    clients[i].socket = begin(i, 0);
    struct epoll_event event = {EPOLLOUT, {.u32 = (unsigned)i}};
    if (clients[i].socket >= 0) epoll_ctl(poller, EPOLL_CTL_ADD, clients[i].socket, &event);
    // As fast as a server of any size takes them.
    if (i % 100 == 99) usleep(10000);
  }
  struct epoll_event events[256];
  while (connected < count && now() < end) {
    int ready = epoll_wait(poller, events, 256, 100);
    for (int i = 0; i < ready; i++) {
      struct client *client = &clients[events[i].data.u32];
      ask(client, 0);
      connected += client->asked;
      epoll_ctl(poller, EPOLL_CTL_DEL, client->socket, NULL);
    }
  }
  printf("ready\n");
  fflush(stdout);
  char buffer[4096];
  size_t portion = rate < sizeof buffer ? (size_t)rate : sizeof buffer;
  for (double round = now(); now() < end; round += portion / rate) {
    for (int i = 0; i < count; i++) {
      if (clients[i].socket < 0) continue;
      ssize_t got = recv(clients[i].socket, buffer, portion, MSG_DONTWAIT);
      if (got > 0) {
        bytes += got;
      } else if (got == 0 || errno != EAGAIN) {
        // Sent away.
        failures++;
        close(clients[i].socket);
        clients[i].socket = -1;
      }
      // Spread over the round, not all at once.
      if (i % 20 == 19) {
        double wait = round + portion / rate * i / count - now();
        if (wait > 0) usleep((useconds_t)(wait * 1e6));
      }
    }
    double wait = round + portion / rate - now();
    if (wait > 0) usleep((useconds_t)(wait * 1e6));
  }
}

static void flood(struct client *clients, int count, double end, double rate, int is_greedy) {
  printf("ready\n");
  fflush(stdout);
  for (int i = 0; i < count; i++) clients[i].socket = -1;
  // So long that RATE keeps all of them at work.
  double next = now(), life = count < rate ? count / rate : 1;
  char buffer[65536];
  for (unsigned turn = 0; now() < end;) {
    double time = now();
    for (int i = 0; i < count; i++) {
      struct client *client = &clients[i];
      if (client->socket >= 0) {
        ssize_t got = -1;
        errno = EAGAIN;
        if (is_greedy || !client->heard) {
          got = recv(client->socket, buffer, sizeof buffer, MSG_DONTWAIT);
        }
        if (got > 0) {
          bytes += got;
          client->heard = 1;
        }
        if (!client->asked && turn % 5) ask(client, turn % 5 == 1 ? HALF : 0);
        if (got == 0 || (got < 0 && errno != EAGAIN) || time >= client->until) {
          close(client->socket);
          client->socket = -1;
        }
      } else if (next <= time) {
        client->socket = begin(10000 + i, 1);
        client->asked = client->heard = 0;
        client->until = time + life;
        next += 1 / rate;
        turn++;
      }
    }
    if (next < now() - 1) next = now();
    usleep(2000);
  }
}

int main(int count, char **arguments) {
  if (count != 8) {
    fprintf(stderr, "usage: load slow|flood|greedy HOST PORT PATH CLIENTS SECONDS RATE\n");
    return 64;
  }
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  server.sin_family = AF_INET;
  inet_pton(AF_INET, arguments[2], &server.sin_addr);
  server.sin_port = htons((unsigned short)atoi(arguments[3]));
  path = arguments[4];
  int wanted = atoi(arguments[5]);
  double end = now() + atof(arguments[6]), rate = atof(arguments[7]);
  struct client *clients = calloc((size_t)wanted, sizeof *clients);
  if (!clients || rate <= 0) return 64;
  if (!strcmp(arguments[1], "slow")) slow(clients, wanted, end, rate);
  else flood(clients, wanted, end, rate, !strcmp(arguments[1], "greedy"));
  printf("{\"connections\": %llu, \"ended\": %llu, \"bytes\": %llu}\n", connections, failures, bytes);
  return 0;
}
