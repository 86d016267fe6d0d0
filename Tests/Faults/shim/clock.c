// SPDX-License-Identifier: Apache-2.0
// The time of day, wrong by what FAULT_CLOCK says. Monotonic clocks are right: so they are when an
// administrator or a time server sets the clock.
#include "shim.h"

#include <sys/time.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
  int outcome = REAL(clock_gettime)(clock, now);
  if (!outcome && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += wrong_seconds();
  return outcome;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int outcome = REAL(gettimeofday)(now, zone);
  if (!outcome) now->tv_sec += wrong_seconds();
  return outcome;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}
