// SPDX-License-Identifier: Apache-2.0

// Usage: tracker-load MODE [OPTION VALUE]...
//
// One thread that keeps a tracker busy, on 127.0.0.1 or [fd74:6c6f::1], from addresses of
// 127.0.0.0/8 or fd74:6c6f::/32, which have to be this machine's. MODE is one of
//
//   hashes    print the info hashes, and do nothing else
//   fill      every peer announces once, over UDP
//   announce, connect, scrape, mix
//             over UDP for a while, the mix 50:50:1 of connect, announce and scrape
//   http      announces over HTTP, each on a connection of its own
//   keep      announces over HTTP on connections that are kept
//             (with --bytes N from a server whose every answer is a file of N bytes)
//
// and must follow a `fill` with the same numbers, against which every answer is checked. Prints
// one line of JSON; what was wrong with the first wrong answers goes to standard error.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "load.h"

struct options options = {
    .family = AF_INET, .torrents = 500, .members = 2000, .wanted = 50, .seconds = 4};

// Below the 160 requests that a receive buffer of Linux holds unless someone enlarged it.
enum { UDP_WINDOW = 128, HTTP_WINDOW = 64, MAX_WINDOW = 1 << 15, MAX_PEERS = 100000000 };

static const char *const modes[] = {
    [FILL] = "fill", [ANNOUNCE] = "announce", [CONNECT] = "connect", [SCRAPE] = "scrape",
    [MIX] = "mix", [HTTP_CLOSE] = "http", [HTTP_KEEP] = "keep"};

static _Noreturn void refuse(const char *what) {
  fprintf(stderr, "tracker-load: %s\n", what);
  exit(64);
}

static uint32_t number(const char *text, uint32_t least, uint32_t most) {
  char *end;
  unsigned long value = strtoul(text, &end, 10);
  if (*end || end == text || value < least || value > most) refuse("a number is out of bounds");
  return value;
}

static void parse_option(const char *name, const char *value) {
  if (!strcmp(name, "--family")) options.family = number(value, 4, 6) == 4 ? AF_INET : AF_INET6;
  else if (!strcmp(name, "--port")) options.port = number(value, 1, 65535);
  else if (!strcmp(name, "--torrents")) options.torrents = number(value, 1, 50000);
  else if (!strcmp(name, "--members")) options.members = number(value, 1, 1 << 18);
  else if (!strcmp(name, "--numwant")) options.wanted = number(value, 0, 66);
  else if (!strcmp(name, "--window")) options.window = number(value, 1, MAX_WINDOW);
  else if (!strcmp(name, "--seconds")) options.seconds = number(value, 1, 60);
  else if (!strcmp(name, "--pid")) options.pid = number(value, 1, 1 << 30);
  else if (!strcmp(name, "--bytes")) options.bytes = number(value, 1, 4096);
  else refuse("unknown option");
}

static void print_hashes(void) {
  for (uint32_t torrent = 0; torrent < options.torrents; torrent++) {
    uint8_t hash[20];
    info_hash(torrent, hash);
    for (int i = 0; i < 20; i++) printf("%02x", hash[i]);
    putchar('\n');
  }
}

static enum mode parse_mode(const char *name) {
  for (size_t mode = 0; mode < sizeof modes / sizeof *modes; mode++)
    if (!strcmp(name, modes[mode])) return mode;
  refuse("unknown mode");
}

int main(int count, char **words) {
  if (count < 2 || count % 2) refuse("MODE [OPTION VALUE]...");
  for (int i = 2; i < count; i += 2) parse_option(words[i], words[i + 1]);
  if (!strcmp(words[1], "hashes")) {
    print_hashes();
    return 0;
  }
  options.mode = parse_mode(words[1]);
  bool http = options.mode == HTTP_CLOSE || options.mode == HTTP_KEEP;
  if (!options.window) options.window = http ? HTTP_WINDOW : UDP_WINDOW;
  if (!options.port) refuse("--port is needed");
  if ((uint64_t)options.torrents * options.members > MAX_PEERS) refuse("too many peers");
  // As many leechers as wanted, besides the asker: a seed may be told of nobody else.
  if (options.members < 4 * (options.wanted + 1)) refuse("too few members for --numwant");
  if (http) http_load();
  else udp_load();
  print_tally();
  return 0;
}
