// SPDX-License-Identifier: Apache-2.0
// Calls that open or make files.
#include "shim.h"

#include <stdarg.h>
#include <sys/syscall.h>

static int is_new(int descriptor, const char *path) {
  int before = errno, missing = faccessat(descriptor, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
  errno = before;
  return missing;
}

// An open that may make or empty a file changes the disk.
#define MEET_OPEN(descriptor, path, flags)                                     \
  do {                                                                         \
    MEET(OPENS, NEEDS_NONE, "open", descriptor, path, -1);                     \
    if ((flags) & O_TRUNC || ((flags) & O_CREAT && is_new(descriptor, path)))  \
      MEET(WRITES, NEEDS_ROOM, "create", descriptor, path, -1);                \
  } while (0)

static mode_t mode_of(int flags, va_list rest) {
  return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name)                                                             \
  int name(const char *path, int flags, ...) {                                 \
    va_list rest;                                                              \
    va_start(rest, flags);                                                     \
    mode_t mode = mode_of(flags, rest);                                        \
    va_end(rest);                                                              \
    MEET_OPEN(AT_FDCWD, path, flags);                                          \
    return REAL(name)(path, flags, mode);                                      \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                           \
  int name(int directory, const char *path, int flags, ...) {                  \
    va_list rest;                                                              \
    va_start(rest, flags);                                                     \
    mode_t mode = mode_of(flags, rest);                                        \
    va_end(rest);                                                              \
    MEET_OPEN(directory, path, flags);                                         \
    return REAL(name)(directory, path, flags, mode);                           \
  }
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) {
  MEET_OPEN(AT_FDCWD, path, O_CREAT | O_TRUNC);
  return REAL(creat)(path, mode);
}

// How the C library is asked for openat2(2), which it has no function for.
long syscall(long number, ...) {
  va_list rest;
  va_start(rest, number);
  long one = va_arg(rest, long), two = va_arg(rest, long), three = va_arg(rest, long);
  long four = va_arg(rest, long), five = va_arg(rest, long), six = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_openat2)
    MEET(OPENS, NEEDS_NONE, "openat2", (int)one, (const char *)two, -1);
  return REAL(syscall)(number, one, two, three, four, five, six);
}
