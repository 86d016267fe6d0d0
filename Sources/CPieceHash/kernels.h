// SPDX-License-Identifier: Apache-2.0
// What the files of this target share.

#ifndef CPIECEHASH_KERNELS_H
#define CPIECEHASH_KERNELS_H

#include <string.h>

#include "CPieceHash.h"

#define PIECEHASH_INLINE static inline __attribute__((always_inline))

// The loop that follows in full, which is no more than 64 turns: without it the words of an array
// that it indexes would not become registers. Clang reads it too.
#define PIECEHASH_UNROLL _Pragma("GCC unroll 64")

struct piecehash_state {
  _Alignas(64) uint32_t sha256[3][8][PIECEHASH_LANES];
  uint32_t sha1[5][PIECEHASH_LANES];
};

_Static_assert(sizeof(struct piecehash_state) == sizeof(uint32_t) * PIECEHASH_ROWS * PIECEHASH_LANES,
               "the rows are where the header says");

extern const piecehash_kernel piecehash_libcrypto;
#if defined(__x86_64__)
extern const piecehash_kernel piecehash_avx512;
extern const piecehash_kernel piecehash_avx2;
extern const piecehash_kernel piecehash_shani;
int piecehash_has_shani(void);
#elif defined(__aarch64__)
extern const piecehash_kernel piecehash_armv8;
#endif

// FIPS 180-4, section 4.2.2.
extern const uint32_t piecehash_k256[64] __attribute__((aligned(64)));

#endif
