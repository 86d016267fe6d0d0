// SPDX-License-Identifier: Apache-2.0
// Loaded before the C library (LD_PRELOAD): counts what a program does to files below some
// directories, and lets one of these calls go wrong. What it is told comes by the environment:
//
//   FAULT_PATHS   directories, separated by colons; calls on other files are not counted
//   FAULT_CALLS   which calls count: write (all that change a file or directory), read, or open
//   FAULT_COUNT   a file of eight bytes, in which the count is kept, also when the program is killed
//   FAULT_TRACE   a file to which the counted calls are appended, a line each
//   FAULT_KIND    kill, full, eio, emfile or signal, below; nothing goes wrong without
//   FAULT_AT      at which call, from 1
//   FAULT_SIGNAL  which signal
//   FAULT_CLOCK   a file of eight bytes: seconds by which the time of day is wrong, read each time
//   FAULT_PROGRAM the program's name; in others, and in what it starts, nothing is done
//
//   kill          the process is killed in the middle of the call: of a write, half is done
//   full          from this call on the disk is full for what needs room (ENOSPC)
//   eio           the call fails once with EIO
//   emfile        from this call on no descriptor is left (EMFILE), for a hundred calls
//   signal        the process gets FAULT_SIGNAL and goes on
#include "shim.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum kind { NOTHING, KILL, FULL, INPUT_OUTPUT, DESCRIPTORS, SIGNAL };

static struct {
  int on;
  unsigned calls;
  enum kind kind;
  uint64_t at;
  int signal;
  int trace;
  const char *paths;
  _Atomic uint64_t *count;
  _Atomic int64_t *clock;
} fault;

static _Atomic uint64_t own_count;

static void *mapped(const char *path, int protection) {
  int file = (int)REAL(syscall)(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
  if (file < 0) abort();
  void *bytes = mmap(NULL, 8, protection, MAP_SHARED, file, 0);
  close(file);
  if (bytes == MAP_FAILED) abort();
  return bytes;
}

static int is(const char *value, const char *name) { return value && !strcmp(value, name); }

__attribute__((constructor)) static void begin(void) {
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  program[length > 0 ? length : 0] = 0;
  const char *name = strrchr(program, '/'), *wanted = getenv("FAULT_PROGRAM");
  if (wanted && (!name || strcmp(name + 1, wanted))) return;
  // What this program starts goes without.
  unsetenv("LD_PRELOAD");
  const char *calls = getenv("FAULT_CALLS"), *kind = getenv("FAULT_KIND"), *text;
  fault.paths = getenv("FAULT_PATHS");
  fault.calls = is(calls, "read") ? READS : is(calls, "open") ? OPENS : WRITES;
  fault.kind = is(kind, "kill")     ? KILL
               : is(kind, "full")   ? FULL
               : is(kind, "eio")    ? INPUT_OUTPUT
               : is(kind, "emfile") ? DESCRIPTORS
               : is(kind, "signal") ? SIGNAL
                                    : NOTHING;
  fault.at = (text = getenv("FAULT_AT")) ? strtoull(text, NULL, 10) : 0;
  fault.signal = (text = getenv("FAULT_SIGNAL")) ? atoi(text) : SIGTERM;
  fault.count = (text = getenv("FAULT_COUNT")) ? mapped(text, PROT_READ | PROT_WRITE) : &own_count;
  if ((text = getenv("FAULT_CLOCK"))) fault.clock = mapped(text, PROT_READ);
  fault.trace = -1;
  if ((text = getenv("FAULT_TRACE")))
    fault.trace = (int)REAL(syscall)(SYS_openat, AT_FDCWD, text,
                                     O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  fault.on = fault.paths != NULL;
}

static int is_below(const char *path) {
  for (const char *one = fault.paths; *one;) {
    size_t length = strcspn(one, ":");
    if (length && !strncmp(path, one, length) && (path[length] == '/' || !path[length])) return 1;
    one += length + (one[length] == ':');
  }
  return 0;
}

// The path of a descriptor, or of a name below one; 0 where there is none.
static int resolve(int descriptor, const char *path, char *out, size_t size) {
  if (path && path[0] == '/') return snprintf(out, size, "%s", path) < (int)size;
  char place[64];
  if (descriptor == AT_FDCWD) snprintf(place, sizeof place, "/proc/self/cwd");
  else snprintf(place, sizeof place, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(place, out, size - 1);
  if (length <= 0) return 0;
  out[length] = 0;
  if (path && (size_t)length + strlen(path) + 2 < size) {
    out[length] = '/';
    strcpy(out + length + 1, path);
  }
  return out[0] == '/';
}

int meet(enum calls call, enum room room, const char *name, int descriptor,
                const char *path) {
  if (!fault.on || fault.calls != call) return 0;
  int before = errno;
  char place[PATH_MAX * 2];
  if (!resolve(descriptor, path, place, sizeof place) || !is_below(place)) {
    errno = before;
    return 0;
  }
  uint64_t number = atomic_fetch_add(fault.count, 1) + 1;
  if (fault.trace >= 0) {
    char line[PATH_MAX * 2 + 64];
    int length = snprintf(line, sizeof line, "%llu %s %s\n", (unsigned long long)number, name,
                          place);
    REAL(syscall)(SYS_write, fault.trace, line, length);
  }
  errno = before;
  if (!fault.at || number < fault.at) return 0;
  switch (fault.kind) {
  case NOTHING: return 0;
  case KILL: return number == fault.at ? -1 : 0;
  case FULL: return room == NEEDS_ROOM ? ENOSPC : 0;
  case INPUT_OUTPUT: return number == fault.at ? EIO : 0;
  case DESCRIPTORS: return number < fault.at + 100 ? EMFILE : 0;
  case SIGNAL:
    if (number == fault.at) REAL(syscall)(SYS_kill, getpid(), fault.signal);
    errno = before;
    return 0;
  }
  return 0;
}

void die(void) {
  REAL(syscall)(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

int64_t wrong_seconds(void) { return fault.clock ? atomic_load(fault.clock) : 0; }
