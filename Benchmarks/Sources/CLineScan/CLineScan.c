// SPDX-License-Identifier: Apache-2.0
#include "CLineScan.h"

#include <string.h>
#include <strings.h>

enum { FIELDS = 5, SIZE = 3, SHA256 = 4 };

static const struct {
  const char *name;
  size_t length;
} fields[FIELDS] = {
    {"Package:", 8}, {"Architecture:", 13}, {"Filename:", 9}, {"Size:", 5}, {"SHA256:", 7},
};

struct span {
  const char *start, *end;
};

static int is_field(const char *line, size_t length, int field) {
  return length >= fields[field].length &&
         strncasecmp(line, fields[field].name, fields[field].length) == 0;
}

static int match(const char *line, size_t length) {
  switch (line[0] | 0x20) {
    case 'p': return is_field(line, length, 0) ? 0 : -1;
    case 'a': return is_field(line, length, 1) ? 1 : -1;
    case 'f': return is_field(line, length, 2) ? 2 : -1;
    case 's': return is_field(line, length, 3) ? 3 : is_field(line, length, 4) ? 4 : -1;
    default: return -1;
  }
}

static uint64_t size_of(struct span value) {
  uint64_t result = 0;
  for (const char *p = value.start; p < value.end; p++) {
    if (*p < '0' || *p > '9') return 0;
    result = result * 10 + (uint64_t)(*p - '0');
  }
  return result;
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static int digest_of(struct span value, uint64_t words[4]) {
  if (value.end - value.start != 64) return 0;
  for (int word = 0; word < 4; word++) {
    uint64_t bits = 0;
    for (int i = 0; i < 16; i++) {
      int nibble = digit(value.start[word * 16 + i]);
      if (nibble < 0) return 0;
      bits = bits << 4 | (uint64_t)nibble;
    }
    words[word] = bits;
  }
  return 1;
}

static void finish(const struct span spans[FIELDS], int decode, struct scan_sums *sums) {
  sums->stanzas++;
  for (int i = 0; i < FIELDS; i++) {
    if (!spans[i].start) continue;
    sums->fields++;
    sums->value_bytes += (uint64_t)(spans[i].end - spans[i].start);
  }
  if (!decode || !spans[SIZE].start || !spans[SHA256].start) return;
  uint64_t words[4];
  sums->size += size_of(spans[SIZE]);
  if (digest_of(spans[SHA256], words)) sums->digests += words[0] ^ words[1] ^ words[2] ^ words[3];
}

struct scan_sums scan_packages(const char *text, size_t length, int decode) {
  struct scan_sums sums = {0};
  struct span spans[FIELDS] = {{0}};
  const char *line = text, *end = text + length;
  int open = 0, current = -1;
  while (line < end) {
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    const char *stop = newline ? newline : end;
    if (stop == line) {
      if (open) finish(spans, decode, &sums);
      memset(spans, 0, sizeof spans);
      open = 0;
      current = -1;
    } else if (*line == ' ' || *line == '\t') {
      if (current >= 0) spans[current].end = stop;
    } else {
      open = 1;
      current = match(line, (size_t)(stop - line));
      if (current >= 0) {
        const char *value = line + fields[current].length;
        while (value < stop && (*value == ' ' || *value == '\t')) value++;
        spans[current] = (struct span){value, stop};
      }
    }
    line = stop + 1;
  }
  if (open) finish(spans, decode, &sums);
  return sums;
}
