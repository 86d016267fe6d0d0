// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CSockets.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int archive_accept(int socket, struct sockaddr_in6 *source) {
  socklen_t length = sizeof *source;
  return accept4(socket, (struct sockaddr *)source, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int archive_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set)) return 1;
  return CPU_COUNT(&set);
}

// Enough for one IP_PKTINFO or IPV6_PKTINFO.
enum { control_size = 64 };

struct archive_datagrams {
  unsigned capacity;
  unsigned count;
  size_t in_size;
  size_t out_size;
  struct mmsghdr *in;
  struct mmsghdr *out;
  struct iovec *parts;
  struct sockaddr_in6 *sources;
  size_t *lengths;
  unsigned char *bytes;
  unsigned char *answers;
  unsigned char *controls;
};

struct archive_datagrams *archive_datagrams_new(unsigned capacity, size_t in_size,
                                                size_t out_size) {
  struct archive_datagrams *all = calloc(1, sizeof *all);
  if (!all) return NULL;
  all->capacity = capacity;
  all->in_size = in_size;
  all->out_size = out_size;
  all->in = calloc(capacity, sizeof *all->in);
  all->out = calloc(capacity, sizeof *all->out);
  all->parts = calloc(2 * (size_t)capacity, sizeof *all->parts);
  all->sources = calloc(capacity, sizeof *all->sources);
  all->lengths = calloc(capacity, sizeof *all->lengths);
  all->bytes = calloc(capacity, in_size);
  all->answers = calloc(capacity, out_size);
  all->controls = calloc(capacity, control_size);
  if (!all->in || !all->out || !all->parts || !all->sources || !all->lengths || !all->bytes ||
      !all->answers || !all->controls) {
    archive_datagrams_free(all);
    return NULL;
  }
  for (unsigned i = 0; i < capacity; i++) {
    all->parts[i] = (struct iovec){all->bytes + i * in_size, in_size};
    all->in[i].msg_hdr.msg_iov = &all->parts[i];
    all->in[i].msg_hdr.msg_iovlen = 1;
    all->in[i].msg_hdr.msg_name = &all->sources[i];
  }
  return all;
}

void archive_datagrams_free(struct archive_datagrams *all) {
  free(all->in);
  free(all->out);
  free(all->parts);
  free(all->sources);
  free(all->lengths);
  free(all->bytes);
  free(all->answers);
  free(all->controls);
  free(all);
}

int archive_datagrams_receive(struct archive_datagrams *all, int socket, int keep_destination) {
  // The kernel has shortened these to what the last datagrams had.
  for (unsigned i = 0; i < all->count; i++) all->lengths[i] = 0;
  for (unsigned i = 0; i < all->capacity; i++) {
    struct msghdr *header = &all->in[i].msg_hdr;
    header->msg_namelen = sizeof all->sources[i];
    header->msg_control = keep_destination ? all->controls + i * control_size : NULL;
    header->msg_controllen = keep_destination ? control_size : 0;
  }
  int count = recvmmsg(socket, all->in, all->capacity, MSG_DONTWAIT, NULL);
  all->count = count > 0 ? (unsigned)count : 0;
  return count;
}

const void *archive_datagram_bytes(struct archive_datagrams *all, int index, size_t *length) {
  *length = all->in[index].msg_len;
  return all->bytes + (size_t)index * all->in_size;
}

const struct sockaddr_in6 *archive_datagram_source(struct archive_datagrams *all, int index) {
  return &all->sources[index];
}

void *archive_datagram_answer(struct archive_datagrams *all, int index) {
  return all->answers + (size_t)index * all->out_size;
}

void archive_datagram_set_answer(struct archive_datagrams *all, int index, size_t length) {
  all->lengths[index] = length;
}

// What receiving noted as the destination is what sending takes as the source, but for the
// interface: the route decides about that, where the address does not.
static void reuse_destination(struct msghdr *to, struct msghdr *from) {
  to->msg_control = from->msg_control;
  to->msg_controllen = from->msg_controllen;
  struct cmsghdr *control = from->msg_controllen ? CMSG_FIRSTHDR(from) : NULL;
  if (!control) {
    to->msg_control = NULL;
    to->msg_controllen = 0;
  } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
    struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(control);
    info->ipi_spec_dst = info->ipi_addr;
    info->ipi_ifindex = 0;
  } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
    struct in6_pktinfo *info = (struct in6_pktinfo *)CMSG_DATA(control);
    if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr)) info->ipi6_ifindex = 0;
  }
}

int archive_datagrams_answer(struct archive_datagrams *all, int socket) {
  unsigned count = 0;
  for (unsigned i = 0; i < all->count; i++) {
    if (!all->lengths[i]) continue;
    struct iovec *part = &all->parts[all->capacity + count];
    *part = (struct iovec){all->answers + i * all->out_size, all->lengths[i]};
    struct msghdr *header = &all->out[count].msg_hdr;
    memset(header, 0, sizeof *header);
    header->msg_iov = part;
    header->msg_iovlen = 1;
    header->msg_name = &all->sources[i];
    header->msg_namelen = all->in[i].msg_hdr.msg_namelen;
    if (all->in[i].msg_hdr.msg_control) reuse_destination(header, &all->in[i].msg_hdr);
    count++;
  }
  unsigned next = 0;
  int sent = 0;
  while (next < count) {
    int done = sendmmsg(socket, all->out + next, count - next, MSG_DONTWAIT);
    if (done > 0) {
      sent += done;
      next += (unsigned)done;
    } else if (errno != EINTR) {
      // This one cannot be sent, whether for want of room or of a route; its client asks again.
      next++;
    }
  }
  return sent;
}
