// SPDX-License-Identifier: Apache-2.0

// Announces over HTTP, each connection from the address of a member.

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum { MAX_REQUEST = 640, MAX_ANSWER = 8192, EVENTS = 64 };

static const uint64_t PATIENCE = 2000000000;

struct connection {
  int channel;
  struct peer peer;
  char request[MAX_REQUEST];
  size_t request_length, sent;
  char answer[MAX_ANSWER + 1];
  size_t received;
  uint64_t begun;
};

static struct connection *connections;
static int poller;
static uint64_t last_sweep;
// Percent-encoded info hashes.
static char (*hashes)[61];

static void encode_hashes(void) {
  hashes = calloc(options.torrents, sizeof *hashes);
  if (!hashes) fail("calloc");
  for (uint32_t torrent = 0; torrent < options.torrents; torrent++) {
    uint8_t hash[20];
    info_hash(torrent, hash);
    for (int i = 0; i < 20; i++) sprintf(hashes[torrent] + 3 * i, "%%%02X", hash[i]);
  }
}

// What libtorrent asks, in its order.
static void write_request(struct connection *connection) {
  struct peer peer = connection->peer;
  connection->request_length = snprintf(
      connection->request, MAX_REQUEST,
      "GET /announce?info_hash=%s&peer_id=-LT2080-trackerload0&port=%u&uploaded=0&downloaded=0"
      "&left=%u&corrupt=0&key=%08X&numwant=%u&compact=1&no_peer_id=1&supportcrypto=1&redundant=0"
      " HTTP/1.1\r\nHost: tracker\r\nUser-Agent: libtorrent/2.0.8.0\r\nConnection: %s\r\n\r\n",
      hashes[peer.torrent], port_of(peer), is_seed(peer.member) ? 0 : 1 << 20, peer.member,
      options.wanted, options.mode == HTTP_KEEP ? "keep-alive" : "close");
  connection->sent = connection->received = 0;
  connection->begun = nanoseconds();
}

static void set(int channel, int level, int option, int value) {
  if (setsockopt(channel, level, option, &value, sizeof value)) fail("setsockopt");
}

static void send_request(struct connection *connection) {
  while (connection->sent < connection->request_length) {
    ssize_t count = send(
        connection->channel, connection->request + connection->sent,
        connection->request_length - connection->sent, MSG_NOSIGNAL);
    // Not connected yet, or no room: the poller tells.
    if (count < 0) return;
    connection->sent += count;
  }
}

// A new connection, over loopback established as soon as this returns.
static void open_connection(struct connection *connection) {
  union address local, tracker;
  socklen_t length = address_of(connection->peer.member, 0, &local);
  address_of(0, options.port, &tracker);
  int channel = socket(options.family, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (channel < 0) fail("socket");
  set(channel, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  set(channel, IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.family == AF_INET6) set(channel, IPPROTO_IPV6, IPV6_FREEBIND, 1);
  if (bind(channel, &local.any, length)) fail("bind");
  if (connect(channel, &tracker.any, length) && errno != EINPROGRESS) fail("connect");
  connection->channel = channel;
  send_request(connection);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (connection->sent < connection->request_length) event.events |= EPOLLOUT;
  if (epoll_ctl(poller, EPOLL_CTL_ADD, channel, &event)) fail("epoll_ctl");
}

// The next announce; on a kept connection it is by a peer at the same address.
static void begin(struct connection *connection) {
  struct peer next = random_peer();
  if (options.mode == HTTP_KEEP && connection->channel >= 0) {
    connection->peer.torrent = next.torrent;
    write_request(connection);
    send_request(connection);
    return;
  }
  connection->peer = next;
  write_request(connection);
  open_connection(connection);
}

static void reopen(struct connection *connection) {
  close(connection->channel);
  connection->channel = -1;
  begin(connection);
}

// The value of a header field, or nothing.
static const char *field(const char *head, const char *name) {
  const char *line = head;
  while ((line = strstr(line, "\r\n")) && line[2] != '\r') {
    line += 2;
    if (!strncasecmp(line, name, strlen(name))) return line + strlen(name);
  }
  return NULL;
}

static void check_body(const struct connection *connection, const uint8_t *body, size_t length) {
  struct answer answer;
  if (options.bytes) {
    if (length != options.bytes) complain("another length", body, length);
    return;
  }
  if (!read_answer(body, length, &answer)) return complain("no proper bencode", body, length);
  if (answer.failure) return complain("a failure", body, length);
  uint32_t seeds = seeds_of_torrent();
  if (answer.interval <= 0) complain("no interval", body, length);
  if (answer.complete != seeds || answer.incomplete != options.members - seeds)
    complain("wrong numbers of seeds and leechers", body, length);
  bool v4 = options.family == AF_INET;
  const uint8_t *peers = v4 ? answer.peers : answer.peers6;
  if (!peers) return complain("no peers", body, length);
  if (v4 ? answer.peers6_length : answer.peers_length)
    complain("peers of the other family", body, length);
  check_peers(connection->peer, peers, v4 ? answer.peers_length : answer.peers6_length);
}

// Whether all of the answer is there; it is checked then.
static bool is_complete(struct connection *connection) {
  char *head = connection->answer;
  head[connection->received] = 0;
  char *body = strstr(head, "\r\n\r\n");
  if (!body) return false;
  const char *length = field(head, "Content-Length:");
  if (strncmp(head, "HTTP/1.1 200 ", 13) || !length) {
    complain("no 200 with a length", (uint8_t *)head, connection->received);
    return true;
  }
  body += 4;
  size_t wanted = strtoul(length, NULL, 10), got = connection->received - (body - head);
  if (got < wanted) return false;
  if (got > wanted) complain("more than its length", (uint8_t *)head, connection->received);
  else check_body(connection, (uint8_t *)body, wanted);
  tally.answers++;
  return true;
}

static void handle(struct connection *connection) {
  ssize_t count = recv(
      connection->channel, connection->answer + connection->received,
      MAX_ANSWER - connection->received, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    if (count == 0) complain("closed without an answer", NULL, 0);
    else tally.lost++;
    return reopen(connection);
  }
  connection->received += count;
  if (!is_complete(connection)) {
    if (connection->received < MAX_ANSWER) return;
    complain("an answer without end", (uint8_t *)connection->answer, connection->received);
    return reopen(connection);
  }
  if (options.mode == HTTP_KEEP) begin(connection);
  else reopen(connection);
}

static void sweep(void) {
  uint64_t now = nanoseconds();
  if (now - last_sweep < PATIENCE / 10) return;
  last_sweep = now;
  for (uint32_t i = 0; i < options.window; i++) {
    if (now - connections[i].begun < PATIENCE) continue;
    tally.lost++;
    reopen(&connections[i]);
  }
}

// Does not sleep: a tracker that has to wake its clients pays for that here and nowhere else.
static void step(void) {
  struct epoll_event events[EVENTS];
  int count = epoll_wait(poller, events, EVENTS, 0);
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  for (int i = 0; i < count; i++) {
    struct connection *connection = events[i].data.ptr;
    if (events[i].events & EPOLLOUT && connection->sent < connection->request_length) {
      send_request(connection);
      struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
      if (connection->sent == connection->request_length &&
          epoll_ctl(poller, EPOLL_CTL_MOD, connection->channel, &event))
        fail("epoll_ctl");
    }
    if (events[i].events & ~(uint32_t)EPOLLOUT) handle(connection);
  }
  sweep();
}

void http_load(void) {
  encode_hashes();
  connections = calloc(options.window, sizeof *connections);
  poller = epoll_create1(0);
  if (!connections || poller < 0) fail("preparing");
  for (uint32_t i = 0; i < options.window; i++) {
    connections[i].channel = -1;
    begin(&connections[i]);
  }
  measure(step);
}
