// SPDX-License-Identifier: Apache-2.0
// Sockets as Linux has them and Swift's Glibc does not: epoll, and datagrams by the batch, of which one
// system call receives many and one answers them.
#ifndef ARCHIVE_TOOL_CSOCKETS_H
#define ARCHIVE_TOOL_CSOCKETS_H

#include <netinet/in.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// accept4(2) with SOCK_CLOEXEC and SOCK_NONBLOCK; the address, whose family tells how much of it
/// counts, goes into `source`. Returns a descriptor, or -1 and errno.
int archive_accept(int socket, struct sockaddr_in6 *_Nonnull source);

/// How many processors this process may use, at least 1.
int archive_processors(void);

/// Memory for a number of datagrams, and for the answer to each of them.
struct archive_datagrams;

/// Makes room for `capacity` datagrams of `in_size` bytes and answers of `out_size` bytes; null when
/// there is no memory.
struct archive_datagrams *_Nullable archive_datagrams_new(unsigned capacity, size_t in_size,
                                                          size_t out_size);
void archive_datagrams_free(struct archive_datagrams *_Nonnull);

/// recvmmsg(2), without waiting: how many came, or -1 and errno. With `keep_destination` an answer is
/// sent from the address that the datagram was sent to, which a socket bound to all of them needs.
int archive_datagrams_receive(struct archive_datagrams *_Nonnull, int socket, int keep_destination);

/// The bytes of a datagram that came, and in `length` how many.
const void *_Nonnull archive_datagram_bytes(struct archive_datagrams *_Nonnull, int index,
                                            size_t *_Nonnull length);
/// Where it came from: sin6_family tells whether it is a sockaddr_in in truth.
const struct sockaddr_in6 *_Nonnull archive_datagram_source(struct archive_datagrams *_Nonnull,
                                                            int index);
/// Where its answer is to be written.
void *_Nonnull archive_datagram_answer(struct archive_datagrams *_Nonnull, int index);
/// Says how long the answer is; without, there is none.
void archive_datagram_set_answer(struct archive_datagrams *_Nonnull, int index, size_t length);

/// sendmmsg(2): sends the answers to what the last receive brought, leaving out those that cannot be
/// sent. Returns how many were.
int archive_datagrams_answer(struct archive_datagrams *_Nonnull, int socket);

#endif
