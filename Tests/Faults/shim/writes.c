// SPDX-License-Identifier: Apache-2.0
// Calls that change files and directories.
#include "shim.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>

ssize_t write(int file, const void *bytes, size_t count) {
  MEET_BYTES("write", file, REAL(write)(file, bytes, count / 2));
  return REAL(write)(file, bytes, count);
}

#define PWRITE(name, offset_type)                                              \
  ssize_t name(int file, const void *bytes, size_t count, offset_type at) {    \
    MEET_BYTES("pwrite", file, REAL(name)(file, bytes, count / 2, at));        \
    return REAL(name)(file, bytes, count, at);                                 \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *parts, int count) {
  MEET_BYTES("writev", file, REAL(writev)(file, parts, count / 2));
  return REAL(writev)(file, parts, count);
}

#define PWRITEV(name, offset_type)                                             \
  ssize_t name(int file, const struct iovec *parts, int count, offset_type at) { \
    MEET_BYTES("pwritev", file, REAL(name)(file, parts, count / 2, at));       \
    return REAL(name)(file, parts, count, at);                                 \
  }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t count,
                        unsigned flags) {
  MEET_BYTES("copy_file_range", out,
             REAL(copy_file_range)(in, from, out, to, count / 2, flags));
  return REAL(copy_file_range)(in, from, out, to, count, flags);
}

#define FTRUNCATE(name, size_type)                                             \
  int name(int file, size_type size) {                                         \
    MEET(WRITES, NEEDS_NONE, "ftruncate", file, NULL, -1);                     \
    return REAL(name)(file, size);                                             \
  }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

int truncate(const char *path, off_t size) {
  MEET(WRITES, NEEDS_NONE, "truncate", AT_FDCWD, path, -1);
  return REAL(truncate)(path, size);
}

int fallocate(int file, int mode, off_t at, off_t size) {
  MEET(WRITES, NEEDS_ROOM, "fallocate", file, NULL, -1);
  return REAL(fallocate)(file, mode, at, size);
}

// These return the error.
#define POSIX_FALLOCATE(name, offset_type)                                     \
  int name(int file, offset_type at, offset_type size) {                       \
    MEET(WRITES, NEEDS_ROOM, "fallocate", file, NULL, errno);                  \
    return REAL(name)(file, at, size);                                         \
  }
POSIX_FALLOCATE(posix_fallocate, off_t)
POSIX_FALLOCATE(posix_fallocate64, off64_t)

#define SYNC(name)                                                             \
  int name(int file) {                                                         \
    MEET(WRITES, NEEDS_NONE, #name, file, NULL, -1);                           \
    return REAL(name)(file);                                                   \
  }
SYNC(fsync)
SYNC(fdatasync)
SYNC(syncfs)

int fchmod(int file, mode_t mode) {
  MEET(WRITES, NEEDS_NONE, "fchmod", file, NULL, -1);
  return REAL(fchmod)(file, mode);
}

int chmod(const char *path, mode_t mode) {
  MEET(WRITES, NEEDS_NONE, "chmod", AT_FDCWD, path, -1);
  return REAL(chmod)(path, mode);
}

int futimens(int file, const struct timespec times[2]) {
  MEET(WRITES, NEEDS_NONE, "futimens", file, NULL, -1);
  return REAL(futimens)(file, times);
}

int utimensat(int directory, const char *path, const struct timespec times[2], int flags) {
  MEET(WRITES, NEEDS_NONE, "utimensat", directory, path, -1);
  return REAL(utimensat)(directory, path, times, flags);
}

int rename(const char *old, const char *new) {
  MEET(WRITES, NEEDS_ROOM, "rename", AT_FDCWD, new, -1);
  return REAL(rename)(old, new);
}

int renameat(int from, const char *old, int to, const char *new) {
  MEET(WRITES, NEEDS_ROOM, "renameat", to, new, -1);
  return REAL(renameat)(from, old, to, new);
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
  MEET(WRITES, NEEDS_NONE, "renameat2", to, new, -1);
  return REAL(renameat2)(from, old, to, new, flags);
}

int link(const char *old, const char *new) {
  MEET(WRITES, NEEDS_ROOM, "link", AT_FDCWD, new, -1);
  return REAL(link)(old, new);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
  MEET(WRITES, NEEDS_ROOM, "linkat", to, new, -1);
  return REAL(linkat)(from, old, to, new, flags);
}

int symlink(const char *target, const char *path) {
  MEET(WRITES, NEEDS_ROOM, "symlink", AT_FDCWD, path, -1);
  return REAL(symlink)(target, path);
}

int symlinkat(const char *target, int directory, const char *path) {
  MEET(WRITES, NEEDS_ROOM, "symlinkat", directory, path, -1);
  return REAL(symlinkat)(target, directory, path);
}

#define REMOVE(name)                                                           \
  int name(const char *path) {                                                 \
    MEET(WRITES, NEEDS_NONE, #name, AT_FDCWD, path, -1);                       \
    return REAL(name)(path);                                                   \
  }
REMOVE(unlink)
REMOVE(rmdir)
REMOVE(remove)

int unlinkat(int directory, const char *path, int flags) {
  MEET(WRITES, NEEDS_NONE, "unlinkat", directory, path, -1);
  return REAL(unlinkat)(directory, path, flags);
}

int mkdir(const char *path, mode_t mode) {
  MEET(WRITES, NEEDS_ROOM, "mkdir", AT_FDCWD, path, -1);
  return REAL(mkdir)(path, mode);
}

int mkdirat(int directory, const char *path, mode_t mode) {
  MEET(WRITES, NEEDS_ROOM, "mkdirat", directory, path, -1);
  return REAL(mkdirat)(directory, path, mode);
}
