// SPDX-License-Identifier: Apache-2.0

// Usage: piece-load HOST PORT TORRENT ROOT REPEATS CHECK < FILES
//
// Fetches all pieces of FILES by one POST to /pieces/TORRENT, REPEATS times over one connection.
// Every piece must come once, with its length and status, and of one in CHECK every byte must be
// that of its file, or it ends with 70 and says what was wrong. Content that is not compared is not
// copied, as in http-load.
// FILES are lines of NAME, SIZE, FIRST, LAST and PIECE-SIZE: a file below ROOT and its numbers.
// Prints pieces, bytes, seconds, and CPU seconds of its own.

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CLoadClient.h"

enum { FRAME = 16, SKIP = 1 << 20 };

struct piece {
  const unsigned char *bytes;
  uint64_t length;
  // In which answer it came last.
  uint32_t seen;
};

static struct piece *pieces;
static size_t numbers, wanted;
static uint64_t total;

static void add(const unsigned char *file, uint64_t size, size_t first, size_t last, uint64_t step) {
  if (last >= numbers) {
    pieces = realloc(pieces, (last + 1) * sizeof *pieces);
    if (!pieces) fail("out of memory");
    memset(pieces + numbers, 0, (last + 1 - numbers) * sizeof *pieces);
    numbers = last + 1;
  }
  for (size_t number = first; number <= last; number++) {
    uint64_t start = (number - first) * step, end = number == last ? size : start + step;
    pieces[number] = (struct piece){.bytes = file + start, .length = end - start};
    wanted++;
    total += end - start;
  }
}

// Reads FILES; returns what is asked for.
static char *read_files(const char *root) {
  char name[4096], path[8192];
  char *asked = NULL;
  size_t length = 0;
  FILE *list = open_memstream(&asked, &length);
  uint64_t size, step;
  size_t first, last;
  while (scanf("%4095s %" SCNu64 " %zu %zu %" SCNu64, name, &size, &first, &last, &step) == 5) {
    snprintf(path, sizeof path, "%s/%s", root, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes = file < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    if (bytes == MAP_FAILED) fail("%s: %s", path, strerror(errno));
    close(file);
    add(bytes, size, first, last, step);
    fprintf(list, "%zu-%zu ", first, last);
  }
  fclose(list);
  if (!wanted) fail("no files");
  return asked;
}

static int connection;

// Receives `count` bytes; into nowhere when `bytes` is null.
static void receive(unsigned char *bytes, uint64_t count) {
  while (count) {
    ssize_t got = recv(
        connection, bytes, count < SKIP ? (size_t)count : SKIP, bytes ? 0 : MSG_TRUNC);
    if (got <= 0) fail("the answer ends early: %s", got ? strerror(errno) : "closed");
    if (bytes) bytes += got;
    count -= (uint64_t)got;
  }
}

// The rest of the chunk that is being read.
static uint64_t chunk;

// Reads up to `limit` bytes and their LF.
static size_t read_line(char *line, size_t limit) {
  size_t length = 0;
  do {
    if (length == limit) fail("a long line");
    receive((unsigned char *)line + length, 1);
  } while (line[length++] != '\n');
  line[length] = 0;
  return length;
}

// Begins the next chunk; false at the last.
static bool next_chunk(bool is_first) {
  char line[64];
  if (!is_first && read_line(line, 60) != 2) fail("a chunk without its end");
  read_line(line, 60);
  chunk = strtoull(line, NULL, 16);
  if (!chunk && read_line(line, 60) != 2) fail("fields after the last chunk");
  return chunk;
}

// Receives content of the body, across chunks; false at its end.
static bool take(unsigned char *bytes, uint64_t count) {
  while (count) {
    if (!chunk && !next_chunk(false)) return false;
    uint64_t part = count < chunk ? count : chunk;
    receive(bytes, part);
    if (bytes) bytes += part;
    count -= part;
    chunk -= part;
  }
  return true;
}

static uint64_t number_at(const unsigned char *bytes, size_t count) {
  uint64_t number = 0;
  while (count--) number = number << 8 | *bytes++;
  return number;
}

static void read_head(void) {
  char head[2048];
  size_t length = 0;
  do {
    length += read_line(head + length, sizeof head - 64 - length);
  } while (length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4));
  if (strncmp(head, "HTTP/1.1 200 ", 13) || !strcasestr(head, "transfer-encoding: chunked")) {
    fail("%s", head);
  }
}

// Reads an answer; compares each piece whose turn it is.
static void read_answer(uint32_t answer, uint64_t check) {
  static unsigned char *content;
  static size_t capacity;
  unsigned char frame[FRAME];
  size_t count = 0;
  read_head();
  for (bool more = next_chunk(true); more && take(frame, FRAME); count++) {
    uint64_t number = number_at(frame, 4), status = number_at(frame + 4, 2);
    uint64_t length = number_at(frame + 8, 8);
    if (number >= numbers || status != 200 || number_at(frame + 6, 2) ||
        length != pieces[number].length || pieces[number].seen == answer) {
      fail("piece %" PRIu64 ": status %" PRIu64 ", %" PRIu64 " bytes", number, status, length);
    }
    pieces[number].seen = answer;
    bool compares = count % check == 0;
    if (compares && length > capacity) {
      content = realloc(content, capacity = length);
      if (!content) fail("out of memory");
    }
    if (!take(compares ? content : NULL, length)) fail("piece %" PRIu64 " is cut short", number);
    if (compares && memcmp(content, pieces[number].bytes, length)) {
      fail("piece %" PRIu64 ": wrong bytes", number);
    }
  }
  if (count != wanted) fail("%zu pieces, and not %zu", count, wanted);
}

int main(int argc, char **argv) {
  if (argc != 7) fail("HOST PORT TORRENT ROOT REPEATS CHECK < FILES");
  const char *host = argv[1], *port = argv[2];
  char *asked = read_files(argv[4]), *request;
  unsigned repeats = (unsigned)atoi(argv[5]);
  int length = asprintf(
      &request, "POST /pieces/%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %zu\r\n\r\n%s", argv[3],
      host, strlen(asked), asked);
  uint64_t check = strtoull(argv[6], NULL, 10);
  double begin = read_clock(CLOCK_MONOTONIC), begin_cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
  connection = connect_to(host, port);
  for (unsigned answer = 1; answer <= repeats; answer++) {
    if (send(connection, request, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
    read_answer(answer, check ? check : 1);
  }
  printf(
      "%zu %" PRIu64 " %f %f\n", wanted * repeats, total * repeats,
      read_clock(CLOCK_MONOTONIC) - begin, read_clock(CLOCK_PROCESS_CPUTIME_ID) - begin_cpu);
}
