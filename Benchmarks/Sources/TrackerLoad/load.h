// SPDX-License-Identifier: Apache-2.0

// What the parts of tracker-load share.

#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Of each four peers three are seeds, and four have addresses side by side.
enum { SEEDS_OF_FOUR = 3, NEIGHBOURS = 4, FIRST_PORT = 10000 };

enum mode { FILL, ANNOUNCE, CONNECT, SCRAPE, MIX, HTTP_CLOSE, HTTP_KEEP };

struct options {
  enum mode mode;
  int family;
  uint16_t port;      // the tracker's; its address is that of member 0
  uint32_t torrents;  // with as many peers each
  uint32_t members;   // peers of a torrent
  uint32_t wanted;    // numwant
  uint32_t window;    // requests under way at once
  double seconds;
  int pid;         // whose CPU time is counted
  uint32_t bytes;  // 0, or of a file that is answered to every announce over HTTP
};
extern struct options options;

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

// One peer: which torrent, and which of its members. A member has one address in all torrents and
// a port of its own in each.
struct peer {
  uint32_t torrent, member;
};

// population.c: who announces, and what is true of it.
void info_hash(uint32_t torrent, uint8_t hash[20]);
socklen_t address_of(uint32_t member, uint16_t port, union address *address);
uint16_t port_of(struct peer peer);
bool is_seed(uint32_t member);
uint32_t seeds_of_torrent(void);
struct peer random_peer(void);
uint32_t random_below(uint32_t bound);
size_t peer_bytes(void);
// Looks at a compact list that `asker` got: the number of peers that there should be, each once,
// each of this torrent.
void check_peers(struct peer asker, const uint8_t *list, size_t length);

// tally.c: what is counted.
struct tally {
  uint64_t answers, lost, wrong, askers, seeds_to_seeds;
};
extern struct tally tally;
// Counts a wrong answer; the first few are shown.
void complain(const char *what, const uint8_t *bytes, size_t length);
_Noreturn void fail(const char *what);
uint64_t nanoseconds(void);
// Calls `step` until the time is over, and counts from the end of a short while of warming up.
void measure(void (*step)(void));
void print_tally(void);

// udp.c and http.c: the load itself.
void udp_load(void);
void http_load(void);

// answer.c: what the bencoded answer to an announce says.
struct answer {
  const uint8_t *peers, *peers6;
  size_t peers_length, peers6_length;
  int64_t complete, incomplete, interval;  // -1 where there is none
  bool failure;
};
// Whether the bytes are one bencoded dictionary, canonical to the last byte.
bool read_answer(const uint8_t *bytes, size_t length, struct answer *answer);
