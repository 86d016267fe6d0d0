// SPDX-License-Identifier: Apache-2.0
// What the wrapped calls share.
#pragma once
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

enum calls { WRITES = 1, READS = 2, OPENS = 4 };
// A call that takes room on the disk fails when that is full, the others do not.
enum room { NEEDS_ROOM, NEEDS_NONE };

// What happens to this call on a descriptor, or on a path below one: 0 that it is made, an errno
// that it fails, -1 that the process is to be killed in the middle of it.
int meet(enum calls call, enum room room, const char *name, int descriptor, const char *path);

// Kills the process, now.
void die(void);

// Seconds by which the time of day is wrong.
int64_t wrong_seconds(void);

// The C library's own function, found once.
#define REAL(name)                                                             \
  ({                                                                           \
    static __typeof__(&name) found;                                            \
    __typeof__(&name) now = __atomic_load_n(&found, __ATOMIC_ACQUIRE);         \
    if (!now) {                                                                \
      now = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                        \
      __atomic_store_n(&found, now, __ATOMIC_RELEASE);                         \
    }                                                                          \
    now;                                                                       \
  })

// Calls that are made or not, and have no middle.
#define MEET(call, room, name, descriptor, path, failed)                       \
  do {                                                                         \
    int outcome = meet(call, room, name, descriptor, path);                    \
    if (outcome < 0) die();                                                    \
    if (outcome > 0) {                                                         \
      errno = outcome;                                                         \
      return failed;                                                           \
    }                                                                          \
  } while (0)

// Writes, of which half is done.
#define MEET_BYTES(name, descriptor, half)                                     \
  do {                                                                         \
    int outcome = meet(WRITES, NEEDS_ROOM, name, descriptor, NULL);            \
    if (outcome < 0) {                                                         \
      (void)!(half);                                                           \
      die();                                                                   \
    }                                                                          \
    if (outcome > 0) {                                                         \
      errno = outcome;                                                         \
      return -1;                                                               \
    }                                                                          \
  } while (0)
