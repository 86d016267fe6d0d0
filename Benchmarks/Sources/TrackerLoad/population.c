// SPDX-License-Identifier: Apache-2.0

#include <arpa/inet.h>
#include <string.h>

#include "load.h"

// Odd, so that it permutes the networks; and its inverse modulo 1 << 16.
enum { SPREAD = 40503, GATHER = 30599 };
_Static_assert((SPREAD * GATHER & 0xFFFF) == 1, "GATHER undoes SPREAD");

enum { MAX_MEMBERS = 1 << 18 };

static uint64_t random_state = 0x9E3779B97F4A7C15;

static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  return random_state ^= random_state << 17;
}

uint32_t random_below(uint32_t bound) { return (next_random() >> 32) * bound >> 32; }

struct peer random_peer(void) {
  return (struct peer){random_below(options.torrents), random_below(options.members)};
}

void info_hash(uint32_t torrent, uint8_t hash[20]) {
  uint64_t state = torrent + 1;
  for (int i = 0; i < 20; i++) {
    state = state * 6364136223846793005 + 1442695040888963407;
    hash[i] = state >> 56;
  }
}

// Members four by four in one /24 or /48, these spread over 127.0.0.0/8 or fd74:6c6f::/32.
socklen_t address_of(uint32_t member, uint16_t port, union address *address) {
  uint16_t network = htons(member / NEIGHBOURS * SPREAD);
  uint8_t host = 1 + member % NEIGHBOURS;
  memset(address, 0, sizeof *address);
  if (options.family == AF_INET) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    uint8_t *bytes = (uint8_t *)&address->v4.sin_addr;
    bytes[0] = 127;
    memcpy(bytes + 1, &network, 2);
    bytes[3] = host;
    return sizeof address->v4;
  }
  address->v6.sin6_family = AF_INET6;
  address->v6.sin6_port = htons(port);
  uint8_t *bytes = (uint8_t *)&address->v6.sin6_addr;
  memcpy(bytes, (uint8_t[]){0xFD, 0x74, 0x6C, 0x6F}, 4);
  memcpy(bytes + 4, &network, 2);
  bytes[15] = host;
  return sizeof address->v6;
}

size_t peer_bytes(void) { return options.family == AF_INET ? 6 : 18; }

// The member at an address, or a number that is none.
static uint32_t member_at(const uint8_t *bytes) {
  uint16_t network;
  memcpy(&network, bytes + (options.family == AF_INET ? 1 : 4), 2);
  uint32_t host = bytes[peer_bytes() - 3] - 1u;
  uint32_t member = (ntohs(network) * GATHER & 0xFFFF) * NEIGHBOURS + host;
  union address address;
  address_of(member, 0, &address);
  const void *expected = options.family == AF_INET ? (void *)&address.v4.sin_addr
                                                    : (void *)&address.v6.sin6_addr;
  return host < NEIGHBOURS && !memcmp(bytes, expected, peer_bytes() - 2) ? member : UINT32_MAX;
}

uint16_t port_of(struct peer peer) { return FIRST_PORT + peer.torrent; }

bool is_seed(uint32_t member) { return member % 4 < SEEDS_OF_FOUR; }

uint32_t seeds_of_torrent(void) {
  uint32_t odd = options.members % 4;
  return options.members / 4 * SEEDS_OF_FOUR + (odd < SEEDS_OF_FOUR ? odd : SEEDS_OF_FOUR);
}

void check_peers(struct peer asker, const uint8_t *list, size_t length) {
  // In which list a member was seen last: a bitmap that needs no clearing.
  static uint32_t seen[MAX_MEMBERS], lists;
  size_t size = peer_bytes();
  if (length != size * options.wanted) {
    complain("not as many peers as wanted", list, length);
    return;
  }
  lists++;
  for (const uint8_t *peer = list; peer < list + length; peer += size) {
    uint32_t member = member_at(peer);
    uint16_t port = peer[size - 2] << 8 | peer[size - 1];
    if (member >= options.members || port != port_of(asker)) {
      complain("a peer that never announced", list, length);
      return;
    }
    if (seen[member] == lists) {
      complain("a peer twice", list, length);
      return;
    }
    seen[member] = lists;
    tally.askers += member == asker.member;
    tally.seeds_to_seeds += is_seed(member) && is_seed(asker.member);
  }
}
