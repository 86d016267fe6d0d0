// SPDX-License-Identifier: Apache-2.0

#include "packets.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

static const uint64_t PROTOCOL = 0x41727101980;

// libtorrent's.
static const char PEER_ID[] = "-LT2080-trackerload0";

enum { NO_EVENT, STARTED = 2 };

static uint8_t *put32(uint8_t *at, uint32_t value) {
  value = htonl(value);
  memcpy(at, &value, 4);
  return at + 4;
}

static uint8_t *put64(uint8_t *at, uint64_t value) {
  value = htobe64(value);
  memcpy(at, &value, 8);
  return at + 8;
}

static uint32_t get32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return ntohl(value);
}

static uint8_t *put_announce(uint8_t *at, struct peer peer) {
  bool fill = options.mode == FILL;
  memcpy(at, PEER_ID, 20);
  at = put64(at + 20, 0);                              // downloaded
  at = put64(at, is_seed(peer.member) ? 0 : 1 << 20);  // left
  at = put64(at, 0);                                   // uploaded
  at = put32(at, fill ? STARTED : NO_EVENT);
  at = put32(at, 0);                                   // address: the packet's own
  at = put32(at, peer.member);                         // key
  at = put32(at, fill ? 0 : options.wanted);
  uint16_t port = htons(port_of(peer));
  memcpy(at, &port, 2);
  return at + 2;
}

size_t write_request(
    uint8_t *bytes, uint32_t action, uint32_t transaction, uint64_t connection, struct peer peer) {
  uint8_t *at = action == CONNECT_ACTION ? put64(bytes, PROTOCOL) : put64(bytes, connection);
  at = put32(put32(at, action), transaction);
  if (action != CONNECT_ACTION) {
    info_hash(peer.torrent, at);
    at += 20;
  }
  if (action == ANNOUNCE_ACTION) at = put_announce(at, peer);
  return at - bytes;
}

uint32_t transaction_of(const uint8_t *bytes, size_t length) {
  return length < 8 ? UINT32_MAX : get32(bytes + 4);
}

static void check_announce(struct peer peer, const uint8_t *bytes, size_t length) {
  if (length < 20) return complain("a short answer to an announce", bytes, length);
  if (options.mode == FILL) {
    if (length != 20) complain("peers, and none wanted", bytes, length);
    return;
  }
  uint32_t seeds = seeds_of_torrent();
  if (get32(bytes + 12) != options.members - seeds || get32(bytes + 16) != seeds)
    complain("wrong numbers of leechers and seeds", bytes, length);
  check_peers(peer, bytes + 20, length - 20);
}

static void check_scrape(const uint8_t *bytes, size_t length) {
  if (length != 20) return complain("the length of an answer to a scrape", bytes, length);
  uint32_t seeds = seeds_of_torrent();
  if (get32(bytes + 8) != seeds || get32(bytes + 16) != options.members - seeds)
    complain("wrong numbers of seeds and leechers", bytes, length);
}

void check_answer(
    uint32_t action, struct peer peer, const uint8_t *bytes, size_t length, uint64_t *connection) {
  uint32_t answered = get32(bytes);
  if (answered == ERROR_ACTION) return complain("an error", bytes, length);
  if (answered != action) return complain("another action", bytes, length);
  if (action == ANNOUNCE_ACTION) return check_announce(peer, bytes, length);
  if (action == SCRAPE_ACTION) return check_scrape(bytes, length);
  if (length != 16) return complain("the length of an answer to a connect", bytes, length);
  memcpy(connection, bytes + 8, 8);
  *connection = be64toh(*connection);
}
