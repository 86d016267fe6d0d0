// SPDX-License-Identifier: Apache-2.0

// What http-load asks for, and one connection that asks.

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#include "CLoadClient.h"

enum { MAX_DEPTH = 64, BUFFER = 64 << 10 };

// One request, and the response that it must have.
struct target {
  char *request;
  size_t request_length;
  // The content, in a file that is mapped.
  const unsigned char *bytes;
  uint64_t length;
  int status;
};

struct targets {
  struct target *list;
  size_t count;
};

// Reads lines of TARGET, FILE, OFFSET and LENGTH from standard input; LENGTH of 0 asks for all of
// FILE.
struct targets read_targets(const char *host);

// What all connections did together, and what they are to do.
struct load {
  struct targets targets;
  // How many requests are on their way at once in each connection.
  unsigned depth;
  // Of how many responses one is compared byte for byte.
  uint64_t check;
  // How many requests may be begun.
  uint64_t limit;
  uint64_t begun, answered, finished, compared, bytes;
};

struct connection {
  int socket;
  // Requests without a complete response, from `first` on in a ring.
  uint32_t waiting[MAX_DEPTH];
  unsigned first, count;
  // Requests, as far as they are not sent.
  char *out;
  size_t out_length, out_capacity;
  // What was received and not looked at yet.
  unsigned char in[BUFFER];
  size_t in_first, in_end;
  // Of the response whose head is complete.
  bool in_content, is_compared;
  uint64_t position;
};

// Sends as many requests as may be under way.
void ask(struct connection *connection, struct load *load);
// Receives what there is, up to a bound.
void receive(struct connection *connection, struct load *load);
