// SPDX-License-Identifier: Apache-2.0

// The tracker protocol over UDP (BEP 15). One socket sends for all members: each packet names its
// source address, and what comes back is told apart by transaction id and destination.

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "load.h"
#include "packets.h"

enum { BATCH = 64, BUFFER = 8 << 20, SLOT_BITS = 16 };

static const uint64_t PATIENCE = 2000000000, PREPARATION = 600000000000;

// A request under way, or room for one.
struct slot {
  struct peer peer;
  // `abandoned` is the transaction that was asked again; 0 when it was answered after all.
  uint32_t transaction, action, abandoned;
  uint64_t sent;
  bool busy;
};

union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

static int channel;
static union address tracker;
static socklen_t address_length;
static struct slot *slots;
static uint32_t *free_slots, free_count;
// By member.
static uint64_t *connections;
static uint64_t last_sweep;

// First every member gets a connection id, then every peer announces, then the load begins.
static enum { CONNECTING, FILLING, LOADING } stage;
// Requests made in this stage.
static uint32_t made;

static struct mmsghdr out[BATCH], in[BATCH];
static struct iovec out_parts[BATCH], in_parts[BATCH];
static union control out_control[BATCH], in_control[BATCH];
static union address in_from[BATCH];
static uint8_t out_bytes[BATCH][MAX_REQUEST], in_bytes[BATCH][MAX_ANSWER];
// Packets of `out` that are made and not sent.
static unsigned out_first, out_count;

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (!memory) fail("calloc");
  return memory;
}

static void set(int level, int option, int value, const char *what) {
  if (setsockopt(channel, level, option, &value, sizeof value)) fail(what);
}

static void open_channel(void) {
  bool v4 = options.family == AF_INET;
  channel = socket(options.family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (channel < 0) fail("socket");
  set(v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_PKTINFO : IPV6_RECVPKTINFO, 1, "packet info");
  // Addresses of a routed range are no interface's.
  if (!v4) set(IPPROTO_IPV6, IPV6_FREEBIND, 1, "IPV6_FREEBIND");
  set(SOL_SOCKET, SO_RCVBUFFORCE, BUFFER, "SO_RCVBUFFORCE");
  set(SOL_SOCKET, SO_SNDBUFFORCE, BUFFER, "SO_SNDBUFFORCE");
  union address all = {.any.sa_family = options.family};
  if (bind(channel, &all.any, v4 ? sizeof all.v4 : sizeof all.v6)) fail("bind");
  address_length = address_of(0, options.port, &tracker);
}

static void prepare(void) {
  slots = allocate(options.window, sizeof *slots);
  free_slots = allocate(options.window, sizeof *free_slots);
  connections = allocate(options.members, sizeof *connections);
  for (uint32_t i = 0; i < options.window; i++) free_slots[free_count++] = i;
  for (int i = 0; i < BATCH; i++) {
    out_parts[i].iov_base = out_bytes[i];
    in_parts[i] = (struct iovec){in_bytes[i], sizeof in_bytes[i]};
    out[i].msg_hdr = (struct msghdr){
        .msg_name = &tracker, .msg_namelen = address_length, .msg_iov = &out_parts[i],
        .msg_iovlen = 1, .msg_control = &out_control[i]};
    in[i].msg_hdr = (struct msghdr){
        .msg_name = &in_from[i], .msg_iov = &in_parts[i], .msg_iovlen = 1,
        .msg_control = &in_control[i]};
  }
}

// Where a packet comes from, or where it went to.
static void put_source(struct msghdr *message, uint32_t member) {
  union address address;
  address_of(member, 0, &address);
  bool v4 = options.family == AF_INET;
  struct cmsghdr *header = message->msg_control;
  message->msg_controllen =
      v4 ? CMSG_SPACE(sizeof(struct in_pktinfo)) : CMSG_SPACE(sizeof(struct in6_pktinfo));
  header->cmsg_level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
  header->cmsg_type = v4 ? IP_PKTINFO : IPV6_PKTINFO;
  if (v4) {
    struct in_pktinfo info = {.ipi_spec_dst = address.v4.sin_addr};
    header->cmsg_len = CMSG_LEN(sizeof info);
    memcpy(CMSG_DATA(header), &info, sizeof info);
  } else {
    struct in6_pktinfo info = {.ipi6_addr = address.v6.sin6_addr};
    header->cmsg_len = CMSG_LEN(sizeof info);
    memcpy(CMSG_DATA(header), &info, sizeof info);
  }
}

static bool came_to(struct msghdr *message, uint32_t member) {
  union address address;
  address_of(member, 0, &address);
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  if (!header) return false;
  if (options.family == AF_INET) {
    const struct in_pktinfo *info = (const void *)CMSG_DATA(header);
    return info->ipi_addr.s_addr == address.v4.sin_addr.s_addr;
  }
  const struct in6_pktinfo *info = (const void *)CMSG_DATA(header);
  return !memcmp(&info->ipi6_addr, &address.v6.sin6_addr, sizeof info->ipi6_addr);
}

static bool is_tracker(const union address *from) {
  if (options.family == AF_INET)
    return from->v4.sin_port == tracker.v4.sin_port &&
           from->v4.sin_addr.s_addr == tracker.v4.sin_addr.s_addr;
  return from->v6.sin6_port == tracker.v6.sin6_port &&
         !memcmp(&from->v6.sin6_addr, &tracker.v6.sin6_addr, sizeof from->v6.sin6_addr);
}

// Sends what is made, as far as the socket takes it.
static void flush(void) {
  while (out_first < out_count) {
    int sent = sendmmsg(channel, out + out_first, out_count - out_first, 0);
    if (sent < 0) {
      if (errno != EAGAIN && errno != EINTR) fail("sendmmsg");
      return;
    }
    out_first += sent;
  }
  out_first = out_count = 0;
}

static void request(struct slot *slot, uint64_t now) {
  unsigned at = out_count++;
  // Never that of an earlier request of this slot.
  slot->transaction += 1u << SLOT_BITS;
  slot->sent = now;
  slot->busy = true;
  out_parts[at].iov_len = write_request(
      out_bytes[at], slot->action, slot->transaction, connections[slot->peer.member], slot->peer);
  put_source(&out[at].msg_hdr, slot->peer.member);
}

// Of 101 requests of the mix 50 connect, 50 announce and one scrapes.
static uint32_t random_action(void) {
  uint32_t die = random_below(101);
  return die < 50 ? CONNECT_ACTION : die < 100 ? ANNOUNCE_ACTION : SCRAPE_ACTION;
}

static uint32_t next_action(void) {
  switch (options.mode) {
    case CONNECT: return CONNECT_ACTION;
    case SCRAPE: return SCRAPE_ACTION;
    case MIX: return random_action();
    default: return ANNOUNCE_ACTION;
  }
}

// Decides the next request; false where this stage has none any more.
static bool choose(struct slot *slot) {
  switch (stage) {
    case CONNECTING:
      if (made == options.members) return false;
      slot->peer = (struct peer){0, made++};
      slot->action = CONNECT_ACTION;
      return true;
    case FILLING:
      if (made == options.members * options.torrents) return false;
      slot->peer = (struct peer){made % options.torrents, made / options.torrents};
      slot->action = ANNOUNCE_ACTION;
      made++;
      return true;
    case LOADING:
      slot->peer = random_peer();
      slot->action = next_action();
      return true;
  }
  return false;
}

static void send_requests(uint64_t now) {
  while (free_count && out_count < BATCH) {
    uint32_t index = free_slots[free_count - 1];
    struct slot *slot = &slots[index];
    if (!choose(slot)) break;
    free_count--;
    slot->transaction = (slot->transaction & ~((1u << SLOT_BITS) - 1)) | index;
    request(slot, now);
  }
  flush();
}

static void handle(struct msghdr *message, const uint8_t *bytes, size_t length) {
  uint32_t transaction = transaction_of(bytes, length);
  uint32_t index = transaction & ((1u << SLOT_BITS) - 1);
  struct slot *slot = index < options.window ? &slots[index] : NULL;
  if (slot && transaction && slot->abandoned == transaction) {
    // Late: it counts as lost.
    slot->abandoned = 0;
    return;
  }
  if (!slot || !slot->busy || slot->transaction != transaction)
    return complain("no answer to anything under way", bytes, length);
  if (!is_tracker(message->msg_name)) complain("not from the tracker's address", bytes, length);
  if (!came_to(message, slot->peer.member)) complain("to another's address", bytes, length);
  check_answer(
      slot->action, slot->peer, bytes, length, &connections[slot->peer.member]);
  slot->busy = false;
  free_slots[free_count++] = index;
  tally.answers++;
}

static int receive(void) {
  size_t control = options.family == AF_INET ? CMSG_SPACE(sizeof(struct in_pktinfo))
                                             : CMSG_SPACE(sizeof(struct in6_pktinfo));
  for (int i = 0; i < BATCH; i++) {
    in[i].msg_hdr.msg_namelen = sizeof in_from[i];
    in[i].msg_hdr.msg_controllen = control;
  }
  int count = recvmmsg(channel, in, BATCH, MSG_DONTWAIT, NULL);
  if (count < 0 && errno != EAGAIN && errno != EINTR) fail("recvmmsg");
  for (int i = 0; i < count; i++) handle(&in[i].msg_hdr, in_bytes[i], in[i].msg_len);
  return count < 0 ? 0 : count;
}

// What was not answered in time is asked again.
static void sweep(uint64_t now) {
  if (now - last_sweep < PATIENCE / 10) return;
  last_sweep = now;
  for (uint32_t i = 0; i < options.window && out_count < BATCH; i++) {
    if (!slots[i].busy || now - slots[i].sent < PATIENCE) continue;
    tally.lost++;
    slots[i].abandoned = slots[i].transaction;
    request(&slots[i], now);
  }
  flush();
}

// Does not sleep: a tracker that has to wake its clients pays for that here and nowhere else.
static void step(void) {
  uint64_t now = nanoseconds();
  flush();
  int received = receive();
  if (free_count >= BATCH / 2 || !received) send_requests(now);
  sweep(now);
}

static void complete(uint32_t requests) {
  uint64_t limit = nanoseconds() + PREPARATION;
  while (made < requests || out_count || free_count < options.window) {
    errno = ETIMEDOUT;
    if (nanoseconds() > limit) fail("preparing");
    step();
  }
  made = 0;
}

void udp_load(void) {
  open_channel();
  prepare();
  complete(options.members);
  stage = FILLING;
  if (options.mode == FILL) return complete(options.members * options.torrents);
  stage = LOADING;
  measure(step);
}
