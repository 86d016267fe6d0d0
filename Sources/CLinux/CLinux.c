// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int archive_open_beneath(int directory, const char *path, int flags) {
  struct open_how how = {
      .flags = (unsigned long long)(flags | O_CLOEXEC),
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
  };
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
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
