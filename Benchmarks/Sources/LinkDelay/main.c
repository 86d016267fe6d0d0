// SPDX-License-Identifier: Apache-2.0

// Usage: link-delay MILLISECONDS NETNS DEVICE NETNS DEVICE
//
// A long wire between two network namespaces (paths, as /run/netns/a), for kernels without netem:
// makes a TUN device in each and carries packets from one to the other, each after so many
// milliseconds. Prints a line when the devices are there; addresses are for the caller to give.
// Ends when it is told to, and with it the devices.

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

// As many packets as a window of 24 MB has; what comes beyond that is lost, as on any wire.
enum { MTU = 1500, SLOTS = 1 << 14 };

struct packet {
  int64_t due;
  size_t length;
  unsigned char bytes[MTU];
};

// Packets from one end to the other, in their order.
struct wire {
  int from, to;
  struct packet *packets;
  size_t first, count;
};

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "link-delay: %s: %s\n", what, strerror(errno));
  exit(71);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int make_device(const char *namespace, const char *name) {
  int descriptor = open(namespace, O_RDONLY);
  if (descriptor < 0 || setns(descriptor, CLONE_NEWNET)) fail(namespace);
  close(descriptor);
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  if (device < 0) fail("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (ioctl(device, TUNSETIFF, &request)) fail(name);
  return device;
}

static void take(struct wire *wire, int64_t delay) {
  int64_t time = now();
  while (wire->count < SLOTS) {
    struct packet *packet = &wire->packets[(wire->first + wire->count) % SLOTS];
    ssize_t length = read(wire->from, packet->bytes, MTU);
    if (length <= 0) return;
    packet->length = (size_t)length;
    packet->due = time + delay;
    wire->count++;
  }
}

// Hands over what is due, and says when the next packet will be.
static int64_t deliver(struct wire *wire, int64_t next) {
  int64_t time = now();
  while (wire->count) {
    struct packet *packet = &wire->packets[wire->first];
    if (packet->due > time) return packet->due < next ? packet->due : next;
    // A device that is down, or full, loses it.
    if (write(wire->to, packet->bytes, packet->length) < 0 && errno == EBADF) fail("write");
    wire->first = (wire->first + 1) % SLOTS;
    wire->count--;
  }
  return next;
}

int main(int count, char **arguments) {
  if (count != 6) {
    fprintf(stderr, "usage: link-delay MILLISECONDS NETNS DEVICE NETNS DEVICE\n");
    return 64;
  }
  int64_t delay = (int64_t)(atof(arguments[1]) * 1e6);
  int a = make_device(arguments[2], arguments[3]), b = make_device(arguments[4], arguments[5]);
  struct wire wires[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
  for (int i = 0; i < 2; i++) {
    wires[i].packets = malloc(SLOTS * sizeof *wires[i].packets);
    if (!wires[i].packets) fail("malloc");
  }
  printf("ready\n");
  fflush(stdout);
  struct pollfd devices[2] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};
  for (;;) {
    int64_t next = INT64_MAX;
    for (int i = 0; i < 2; i++) {
      take(&wires[i], delay);
      next = deliver(&wires[i], next);
    }
    int64_t left = next == INT64_MAX ? 1000000000 : next - now();
    struct timespec wait = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    if (left > 0) ppoll(devices, 2, &wait, NULL);
  }
}
