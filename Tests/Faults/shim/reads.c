// SPDX-License-Identifier: Apache-2.0
// Calls that read files.
#include "shim.h"

#include <sys/uio.h>

ssize_t read(int file, void *bytes, size_t count) {
  MEET(READS, NEEDS_NONE, "read", file, NULL, -1);
  return REAL(read)(file, bytes, count);
}

#define PREAD(name, offset_type)                                               \
  ssize_t name(int file, void *bytes, size_t count, offset_type at) {          \
    MEET(READS, NEEDS_NONE, "pread", file, NULL, -1);                          \
    return REAL(name)(file, bytes, count, at);                                 \
  }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

ssize_t readv(int file, const struct iovec *parts, int count) {
  MEET(READS, NEEDS_NONE, "readv", file, NULL, -1);
  return REAL(readv)(file, parts, count);
}

ssize_t preadv(int file, const struct iovec *parts, int count, off_t at) {
  MEET(READS, NEEDS_NONE, "preadv", file, NULL, -1);
  return REAL(preadv)(file, parts, count, at);
}

#define PREADV2(name, offset_type)                                             \
  ssize_t name(int file, const struct iovec *parts, int count, offset_type at, \
               int flags) {                                                    \
    MEET(READS, NEEDS_NONE, "preadv", file, NULL, -1);                         \
    return REAL(name)(file, parts, count, at, flags);                          \
  }
PREADV2(preadv2, off_t)
PREADV2(preadv64v2, off64_t)
