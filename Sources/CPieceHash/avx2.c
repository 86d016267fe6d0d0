// SPDX-License-Identifier: Apache-2.0
// Eight lanes in the 32-bit elements of AVX2 registers.

#if defined(__x86_64__)

#include <immintrin.h>

#include "kernels.h"

#define TARGET __attribute__((target("avx2")))

#define WIDTH 32

#define XOR3(a, b, c) ((a) ^ (b) ^ (c))
#define CHOOSE(e, f, g) ((g) ^ ((e) & ((f) ^ (g))))
#define MAJORITY(a, b, c) ((b) ^ (((a) ^ (b)) & ((b) ^ (c))))
#define RIGHT(x, n) ((x) >> (n) | (x) << (32 - (n)))

#include "wide.h"

// Words half * 8 to half * 8 + 7 of every lane's block.
TARGET PIECEHASH_INLINE void load_half(word w[8], const uint8_t *const data[8], size_t offset) {
  const __m256i swap = _mm256_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13,
                                       14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  __m256i a[8], b[8];
  for (int i = 0; i < 8; i++) {
    a[i] = _mm256_shuffle_epi8(_mm256_loadu_si256((const __m256i *)(data[i] + offset)), swap);
  }
  for (int i = 0; i < 8; i += 2) {
    b[i] = _mm256_unpacklo_epi32(a[i], a[i + 1]);
    b[i + 1] = _mm256_unpackhi_epi32(a[i], a[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    a[i] = _mm256_unpacklo_epi64(b[i], b[i + 2]);
    a[i + 1] = _mm256_unpackhi_epi64(b[i], b[i + 2]);
    a[i + 2] = _mm256_unpacklo_epi64(b[i + 1], b[i + 3]);
    a[i + 3] = _mm256_unpackhi_epi64(b[i + 1], b[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    w[i] = (word)_mm256_permute2x128_si256(a[i], a[i + 4], 0x20);
    w[i + 4] = (word)_mm256_permute2x128_si256(a[i], a[i + 4], 0x31);
  }
}

// Word i of every lane's block into w[i].
TARGET PIECEHASH_INLINE void load(word w[16], const uint8_t *const data[8], size_t offset) {
  load_half(w, data, offset);
  load_half(w + 8, data, offset + 32);
}

TARGET static void advance(piecehash_state *state, const uint8_t *const *data, size_t lanes,
                           size_t blocks, uint32_t chains) {
  for (size_t first = 0; first < lanes; first += 8) {
    const uint8_t *all[8];
    // A lane that nobody wants repeats the first: reading it costs nothing and its column is noise.
    for (size_t i = 0; i < 8; i++) all[i] = data[first + i < lanes ? first + i : first];
    for (size_t block = 0; block < blocks; block++) {
      advance_block(state, first, all, block * PIECEHASH_BLOCK, chains);
    }
  }
}

const piecehash_kernel piecehash_avx2 = {"avx2", 8, advance};

#endif
