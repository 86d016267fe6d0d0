// SPDX-License-Identifier: Apache-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "load.h"

enum { SHOWN = 5, SHOWN_BYTES = 96 };

static const double WARM_UP = 0.2;

struct tally tally;
static double seconds, tracker_seconds, load_seconds;

void fail(const char *what) {
  fprintf(stderr, "tracker-load: %s: %s\n", what, strerror(errno));
  exit(70);
}

void complain(const char *what, const uint8_t *bytes, size_t length) {
  if (tally.wrong++ >= SHOWN) return;
  fprintf(stderr, "tracker-load: %s; %zu bytes:", what, length);
  for (size_t i = 0; i < length && i < SHOWN_BYTES; i++) fprintf(stderr, " %02x", bytes[i]);
  fprintf(stderr, "%s\n", length > SHOWN_BYTES ? " ..." : "");
}

static uint64_t read_clock(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time)) fail("clock_gettime");
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

uint64_t nanoseconds(void) { return read_clock(CLOCK_MONOTONIC); }

// All threads of the tracker, also those that have ended, to the nanosecond.
static uint64_t tracker_clock(void) {
  clockid_t clock;
  if (!options.pid) return 0;
  errno = clock_getcpuclockid(options.pid, &clock);
  if (errno) fail("the tracker's CPU clock");
  return read_clock(clock);
}

void measure(void (*step)(void)) {
  uint64_t end = nanoseconds() + WARM_UP * 1e9;
  while (nanoseconds() < end) step();
  // What went wrong meanwhile is no less wrong.
  tally.answers = 0;
  uint64_t start = nanoseconds(), tracker = tracker_clock();
  uint64_t load = read_clock(CLOCK_PROCESS_CPUTIME_ID);
  end = start + options.seconds * 1e9;
  while (nanoseconds() < end) step();
  tracker_seconds = (tracker_clock() - tracker) / 1e9;
  load_seconds = (read_clock(CLOCK_PROCESS_CPUTIME_ID) - load) / 1e9;
  seconds = (nanoseconds() - start) / 1e9;
}

void print_tally(void) {
  printf(
      "{\"answers\": %" PRIu64 ", \"seconds\": %.6f, \"cpu\": %.6f, \"load\": %.6f, "
      "\"lost\": %" PRIu64 ", \"wrong\": %" PRIu64 ", \"askers\": %" PRIu64
      ", \"seeds_to_seeds\": %" PRIu64 "}\n",
      tally.answers, seconds, tracker_seconds, load_seconds, tally.lost, tally.wrong, tally.askers,
      tally.seeds_to_seeds);
}
