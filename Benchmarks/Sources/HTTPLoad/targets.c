// SPDX-License-Identifier: Apache-2.0

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load.h"

// The file that was mapped last: lines of the same file follow one another.
static struct {
  char path[4096];
  const unsigned char *bytes;
  uint64_t length;
} file;

static void map(const char *path) {
  if (file.bytes && !strcmp(file.path, path)) return;
  int descriptor = open(path, O_RDONLY);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status)) fail("cannot open %s", path);
  void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, descriptor, 0);
  if (bytes == MAP_FAILED) fail("cannot map %s", path);
  close(descriptor);
  snprintf(file.path, sizeof file.path, "%s", path);
  file.bytes = bytes;
  file.length = (uint64_t)status.st_size;
}

static struct target make(const char *name, uint64_t offset, uint64_t length, const char *host) {
  char range[64] = "";
  if (length) {
    snprintf(
        range, sizeof range, "Range: bytes=%" PRIu64 "-%" PRIu64 "\r\n", offset,
        offset + length - 1);
  }
  struct target target = {
      .bytes = file.bytes + offset,
      .length = length ? length : file.length,
      .status = length ? 206 : 200,
  };
  // What apt sends, about.
  int size = asprintf(
      &target.request,
      "GET %s HTTP/1.1\r\nHost: %s\r\n%sUser-Agent: Debian APT-HTTP/1.3 (2.6.1)\r\n\r\n", name,
      host, range);
  if (size < 0) fail("out of memory");
  target.request_length = (size_t)size;
  return target;
}

struct targets read_targets(const char *host) {
  struct targets targets = {0};
  size_t capacity = 0;
  char line[8192], name[4096], path[4096];
  while (fgets(line, sizeof line, stdin)) {
    uint64_t offset, length;
    if (sscanf(line, "%4095s %4095s %" SCNu64 " %" SCNu64, name, path, &offset, &length) != 4) {
      fail("expected TARGET FILE OFFSET LENGTH, found: %s", line);
    }
    map(path);
    if (offset + length > file.length) fail("%s has only %" PRIu64 " bytes", path, file.length);
    if (targets.count == capacity) {
      capacity = capacity ? 2 * capacity : 1024;
      targets.list = realloc(targets.list, capacity * sizeof *targets.list);
      if (!targets.list) fail("out of memory");
    }
    targets.list[targets.count++] = make(name, offset, length, host);
  }
  if (!targets.count) fail("nothing to ask for on standard input");
  return targets;
}
