// SPDX-License-Identifier: Apache-2.0
// System calls and GNU functions that the Glibc module does not show to Swift.
#ifndef ARCHIVE_TOOL_CLINUX_H
#define ARCHIVE_TOOL_CLINUX_H

#include <stddef.h>
#include <sys/types.h>

/// openat2(2) with RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS: a path that leads out of `directory`,
/// also by a symbolic link on the way, fails with EXDEV. Returns a descriptor, or -1 and errno
/// (ENOSYS on kernels before 5.6 and under some sandboxes). The kernel gives up on `..` when anything
/// on the machine is renamed meanwhile (openat2(2), EAGAIN): it is tried again then.
int archive_open_beneath(int directory, const char *_Nonnull path, int flags);

/// renameat2(2) with RENAME_EXCHANGE: both names exist before and after. 0, or -1 and errno.
int archive_rename_exchange(const char *_Nonnull a, const char *_Nonnull b);

/// memfd_create(2): an empty file that only its descriptor names. Returns it, or -1 and errno.
int archive_memory_file(const char *_Nonnull name);

/// Whether the first byte of a file can be read without waiting for a disk (preadv2(2) with
/// RWF_NOWAIT): 0 when it cannot, 1 when it can or nobody knows.
int archive_is_cached(int descriptor);

/// Reads at `offset` what is in memory already (preadv2(2) with RWF_NOWAIT): how much was read, or -1
/// and errno, EAGAIN when a disk would have to be waited for.
ssize_t archive_read_cached(int descriptor, void *_Nonnull buffer, size_t count, long long offset);

/// As `archive_open_beneath`, but fails with EAGAIN where a disk might have to be waited for
/// (RESOLVE_CACHED; EINVAL on kernels before 5.12).
int archive_open_cached(int directory, const char *_Nonnull path, int flags);

/// send(2) on a stream socket without waiting; `more` says that further bytes follow at once
/// (MSG_MORE). How much was taken, 0 when there is no room, or -1 and errno.
ssize_t archive_send(int socket, const void *_Nonnull bytes, size_t count, int more);

/// sendfile(2) on a stream socket that does not block: how much was taken, 0 when there is no room
/// or the file ends before `offset`, or -1 and errno.
ssize_t archive_send_file(int socket, int file, long long offset, size_t count);

/// ioprio_set(2): while `on`, the calling thread reads only when nobody else wants the disk. 0, or
/// -1 and errno.
int archive_idle_io(int on);

/// syncfs(2) of the file system that `descriptor` lies on.
int archive_sync_file_system(int descriptor);

/// malloc_trim(3): gives free heap memory back to the kernel.
void archive_trim_heap(void);

/// mallopt(3): at most so many arenas, and what is free at the end of the heap goes back to the kernel
/// above `bytes`, as does each block that is as large.
void archive_bound_heap(int arenas, int bytes);

#endif
