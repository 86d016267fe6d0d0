// SPDX-License-Identifier: Apache-2.0

// Usage: read-ways WAY ROOT < NAMES
//
// Reads the files below ROOT that standard input lists in one of several ways, and xors every byte:
//
//   pread    into a buffer of 32 KiB, after posix_fadvise(POSIX_FADV_SEQUENTIAL)
//   ahead    the same, and 8 MiB ahead of it posix_fadvise(POSIX_FADV_WILLNEED)
//   mmap     mapped whole with MAP_POPULATE
//   direct   O_DIRECT, 1 MiB at once, past the page cache
//   evict    reads nothing and asks the kernel to forget the files
//
// Prints bytes, and all of them xored.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SMALL = 32 << 10, LARGE = 1 << 20, BLOCK = 4096 };

static uint64_t total, folded;

static void fail(const char *what) {
  perror(what);
  exit(74);
}

// Eight bytes at a time; `bytes` is aligned, and zeros fill up the last word.
static void fold(const unsigned char *bytes, size_t count) {
  total += count;
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    folded ^= word;
  }
  uint64_t rest = 0;
  memcpy(&rest, bytes, count);
  folded ^= rest;
}

static void by_read(int file, unsigned char *buffer, size_t length, off_t ahead) {
  ssize_t got;
  off_t asked = 0;
  for (off_t offset = 0; (got = pread(file, buffer, length, offset)) > 0; offset += got) {
    for (; asked < offset + ahead; asked += LARGE) {
      posix_fadvise(file, asked + LARGE, LARGE, POSIX_FADV_WILLNEED);
    }
    fold(buffer, (size_t)got);
  }
  if (got < 0) fail("pread");
}

static void by_map(int file, size_t size) {
  if (size == 0) return;
  unsigned char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (bytes == MAP_FAILED) fail("mmap");
  fold(bytes, size);
  munmap(bytes, size);
}

int main(int count, char **arguments) {
  const char *way = count == 3 ? arguments[1] : "";
  int direct = !strcmp(way, "direct"), map = !strcmp(way, "mmap"), evict = !strcmp(way, "evict");
  int ahead = !strcmp(way, "ahead");
  if (!direct && !map && !evict && !ahead && strcmp(way, "pread")) {
    fprintf(stderr, "usage: read-ways pread|ahead|mmap|direct|evict ROOT < NAMES\n");
    return 64;
  }
  int root = open(arguments[2], O_RDONLY | O_DIRECTORY);
  unsigned char *buffer = aligned_alloc(BLOCK, LARGE);
  if (root < 0 || !buffer) fail(arguments[2]);
  char name[4096];
  while (fgets(name, sizeof name, stdin)) {
    name[strcspn(name, "\n")] = 0;
    int file = openat(root, name, O_RDONLY | (direct ? O_DIRECT : 0));
    struct stat status;
    if (file < 0 || fstat(file, &status)) fail(name);
    if (evict) {
      // What is not on the disk yet cannot be forgotten.
      if (fdatasync(file) || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)) fail(name);
    } else if (map) {
      by_map(file, (size_t)status.st_size);
    } else {
      if (!direct) posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
      by_read(file, buffer, direct ? LARGE : SMALL, ahead ? 8 * LARGE : 0);
    }
    close(file);
  }
  printf("%" PRIu64 " %016" PRIx64 "\n", total, folded);
  return 0;
}
