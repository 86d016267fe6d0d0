// SPDX-License-Identifier: Apache-2.0
// Sixteen lanes in the 32-bit elements of AVX-512 registers.

#if defined(__x86_64__)

#include <immintrin.h>

#include "kernels.h"

#define TARGET __attribute__((target("avx512f,avx512bw")))

#define WIDTH 64

#define LOGIC(a, b, c, table) \
  ((word)_mm512_ternarylogic_epi32((__m512i)(a), (__m512i)(b), (__m512i)(c), table))
#define XOR3(a, b, c) LOGIC(a, b, c, 0x96)
#define CHOOSE(e, f, g) LOGIC(e, f, g, 0xCA)
#define MAJORITY(a, b, c) LOGIC(a, b, c, 0xE8)
#define RIGHT(x, n) ((word)_mm512_ror_epi32((__m512i)(x), n))

#include "wide.h"

// Word i of every lane's block into w[i].
TARGET PIECEHASH_INLINE void load(word w[16], const uint8_t *const data[16], size_t offset) {
  const __m512i swap = _mm512_set_epi8(
      60, 61, 62, 63, 56, 57, 58, 59, 52, 53, 54, 55, 48, 49, 50, 51, 44, 45, 46, 47, 40, 41, 42,
      43, 36, 37, 38, 39, 32, 33, 34, 35, 28, 29, 30, 31, 24, 25, 26, 27, 20, 21, 22, 23, 16, 17,
      18, 19, 12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  __m512i a[16], b[16];
  PIECEHASH_UNROLL
  for (int i = 0; i < 16; i++) {
    a[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(data[i] + offset), swap);
  }
  PIECEHASH_UNROLL
  for (int i = 0; i < 16; i += 2) {
    b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
    b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
  }
  PIECEHASH_UNROLL
  for (int i = 0; i < 16; i += 4) {
    a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
    a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
    a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
    a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
  }
  PIECEHASH_UNROLL
  for (int i = 0; i < 4; i++) {
    __m512i low = _mm512_shuffle_i32x4(a[i], a[i + 4], 0x88);
    __m512i high = _mm512_shuffle_i32x4(a[i], a[i + 4], 0xDD);
    __m512i low2 = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0x88);
    __m512i high2 = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0xDD);
    w[i] = (word)_mm512_shuffle_i32x4(low, low2, 0x88);
    w[i + 8] = (word)_mm512_shuffle_i32x4(low, low2, 0xDD);
    w[i + 4] = (word)_mm512_shuffle_i32x4(high, high2, 0x88);
    w[i + 12] = (word)_mm512_shuffle_i32x4(high, high2, 0xDD);
  }
}

TARGET static void advance(piecehash_state *state, const uint8_t *const *data, size_t lanes,
                           size_t blocks, uint32_t chains) {
  const uint8_t *all[16];
  // A lane that nobody wants repeats the first: reading it costs nothing and its column is noise.
  for (size_t i = 0; i < 16; i++) all[i] = data[i < lanes ? i : 0];
  for (size_t block = 0; block < blocks; block++) {
    advance_block(state, 0, all, block * PIECEHASH_BLOCK, chains);
  }
}

const piecehash_kernel piecehash_avx512 = {"avx512", 16, advance};

#endif
