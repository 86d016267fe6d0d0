// SPDX-License-Identifier: Apache-2.0

#include "kernels.h"

#if defined(__aarch64__)
#include <sys/auxv.h>

// From the kernel's <asm/hwcap.h>.
static int has_sha(void) {
  const unsigned long sha1_and_sha2 = 1ul << 5 | 1ul << 6;
  return (getauxval(AT_HWCAP) & sha1_and_sha2) == sha1_and_sha2;
}
#endif

const piecehash_kernel *piecehash_kernel_at(size_t index) {
  const piecehash_kernel *kernels[4];
  size_t count = 0;
#if defined(__x86_64__)
  // Before the program's constructors ran nobody else has. It asks for the registers that the
  // system saves too.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) {
    kernels[count++] = &piecehash_avx512;
  }
  if (__builtin_cpu_supports("avx2")) kernels[count++] = &piecehash_avx2;
  if (piecehash_has_shani()) kernels[count++] = &piecehash_shani;
#elif defined(__aarch64__)
  if (has_sha()) kernels[count++] = &piecehash_armv8;
#endif
  kernels[count++] = &piecehash_libcrypto;
  return index < count ? kernels[index] : NULL;
}
