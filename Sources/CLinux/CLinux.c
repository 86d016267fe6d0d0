// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int archive_open_beneath(int directory, const char *path, int flags) {
  struct open_how how = {
      .flags = (unsigned long long)(flags | O_CLOEXEC),
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
  };
  // A try takes microseconds. Bounded all the same: a file that is leased gives EAGAIN for longer.
  for (int tries = 1;; tries++) {
    int number = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (number >= 0 || errno != EAGAIN || tries == 1000) return number;
  }
}

int archive_rename_exchange(const char *a, const char *b) {
  return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}

int archive_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int archive_is_cached(int descriptor) {
  char byte;
  struct iovec one = {&byte, 1};
  return preadv2(descriptor, &one, 1, 0, RWF_NOWAIT) >= 0 || errno != EAGAIN;
}

int archive_idle_io(int on) {
  // From <linux/ioprio.h>, which older kernel headers lack.
  const int who_process = 1, class_none = 0, class_idle = 3, class_shift = 13;
  return (int)syscall(SYS_ioprio_set, who_process, 0,
                      (on ? class_idle : class_none) << class_shift);
}

int archive_sync_file_system(int descriptor) { return syncfs(descriptor); }

ssize_t archive_read_cached(int descriptor, void *buffer, size_t count, long long offset) {
  struct iovec one = {buffer, count};
  ssize_t read = preadv2(descriptor, &one, 1, offset, RWF_NOWAIT);
  // File systems that do not know the flag are read as ever.
  return read < 0 && errno == EOPNOTSUPP ? pread(descriptor, buffer, count, offset) : read;
}

int archive_open_cached(int directory, const char *path, int flags) {
  struct open_how how = {
      .flags = (unsigned long long)(flags | O_CLOEXEC),
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_CACHED,
  };
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

ssize_t archive_send(int socket, const void *bytes, size_t count, int more) {
  ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0));
  return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

ssize_t archive_send_file(int socket, int file, long long offset, size_t count) {
  off_t position = offset;
  ssize_t sent = sendfile(socket, file, &position, count);
  return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

void archive_trim_heap(void) { malloc_trim(0); }

void archive_bound_heap(int arenas, int bytes) {
  mallopt(M_ARENA_MAX, arenas);
  mallopt(M_TRIM_THRESHOLD, bytes);
  mallopt(M_MMAP_THRESHOLD, bytes);
}
