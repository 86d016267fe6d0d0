// SPDX-License-Identifier: Apache-2.0
// The SHA instructions of x86: one stream leaves most of their unit idle, for each round waits for
// the one before. Here up to four chains, of one lane or of several, go through the rounds together.

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include "kernels.h"

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))

typedef __m128i word4;

// ABEF and CDGH of a SHA-256 chain, as sha256rnds2 wants them; ABCD and E of SHA-1.
typedef struct {
  word4 high, low;
} chain;

TARGET PIECEHASH_INLINE chain load256(uint32_t rows[8][PIECEHASH_LANES], size_t lane) {
#define ROW(i) (int)rows[i][lane]
  return (chain){_mm_set_epi32(ROW(0), ROW(1), ROW(4), ROW(5)),
                 _mm_set_epi32(ROW(2), ROW(3), ROW(6), ROW(7))};
}

TARGET PIECEHASH_INLINE void store256(uint32_t rows[8][PIECEHASH_LANES], size_t lane, chain c) {
  static const int high[4] = {5, 4, 1, 0}, low[4] = {7, 6, 3, 2};
  uint32_t words[8];
  _mm_storeu_si128((word4 *)words, c.high);
  _mm_storeu_si128((word4 *)(words + 4), c.low);
  for (int i = 0; i < 4; i++) rows[high[i]][lane] = words[i];
  for (int i = 0; i < 4; i++) rows[low[i]][lane] = words[4 + i];
}

TARGET PIECEHASH_INLINE chain load1(uint32_t rows[5][PIECEHASH_LANES], size_t lane) {
  return (chain){_mm_set_epi32(ROW(0), ROW(1), ROW(2), ROW(3)), _mm_set_epi32(ROW(4), 0, 0, 0)};
#undef ROW
}

TARGET PIECEHASH_INLINE void store1(uint32_t rows[5][PIECEHASH_LANES], size_t lane, chain c) {
  uint32_t words[4];
  _mm_storeu_si128((word4 *)words, c.high);
  for (int i = 0; i < 4; i++) rows[3 - i][lane] = words[i];
  rows[4][lane] = (uint32_t)_mm_extract_epi32(c.low, 3);
}

// FIPS 180-4, section 6.2.2, step 1, with the constants added: what all SHA-256 chains share.
TARGET PIECEHASH_INLINE void schedule256(word4 wk[16], const uint8_t *block) {
  const word4 swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  const word4 *k = (const word4 *)piecehash_k256;
  word4 w[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) {
    if (i < 4) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const word4 *)block + i), swap);
    } else {
      word4 x = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);
      x = _mm_add_epi32(x, _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
      w[i & 3] = _mm_sha256msg2_epu32(x, w[(i + 3) & 3]);
    }
    wk[i] = _mm_add_epi32(w[i & 3], k[i]);
  }
}

// Section 6.1.2, step 1.
TARGET PIECEHASH_INLINE void schedule1(word4 m[20], const uint8_t *block) {
  const word4 reverse = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  word4 w[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 20; i++) {
    if (i < 4) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const word4 *)block + i), reverse);
    } else {
      word4 x = _mm_xor_si128(_mm_sha1msg1_epu32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3]);
      w[i & 3] = _mm_sha1msg2_epu32(x, w[(i + 3) & 3]);
    }
    m[i] = w[i & 3];
  }
}

// Four rounds of SHA-1; `before` is ABCD four rounds ago, or E for the first.
#define ROUNDS1(i, function)                                                              \
  {                                                                                       \
    word4 e = (i) == 0 ? _mm_add_epi32(before, m[i]) : _mm_sha1nexte_epu32(before, m[i]); \
    before = now;                                                                         \
    now = _mm_sha1rnds4_epu32(now, e, function);                                          \
  }

// `count` lanes from `first` on; inlined for each number of lanes and set of chains.
TARGET PIECEHASH_INLINE void advance_some(piecehash_state *state, const uint8_t *const *data,
                                          size_t first, size_t blocks, const int count,
                                          const uint32_t chains) {
  const int sha256 = (chains & 7u) != 0;
  chain c256[4][3], c1[4];
#pragma clang loop unroll(full)
  for (int l = 0; l < count; l++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 3; j++) {
      if (chains >> j & 1) c256[l][j] = load256(state->sha256[j], first + (size_t)l);
    }
    if (chains & PIECEHASH_SHA1) c1[l] = load1(state->sha1, first + (size_t)l);
  }
  for (size_t block = 0; block < blocks; block++) {
    word4 wk[4][16], m1[4][20];
    chain s[4][3], before_and_now[4];
#pragma clang loop unroll(full)
    for (int l = 0; l < count; l++) {
      const uint8_t *bytes = data[first + (size_t)l] + block * PIECEHASH_BLOCK;
      if (sha256) schedule256(wk[l], bytes);
      if (chains & PIECEHASH_SHA1) schedule1(m1[l], bytes);
#pragma clang loop unroll(full)
      for (int j = 0; j < 3; j++) {
        if (chains >> j & 1) s[l][j] = c256[l][j];
      }
      if (chains & PIECEHASH_SHA1) before_and_now[l] = (chain){c1[l].low, c1[l].high};
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 20; i++) {
      if (sha256 && i < 16) {
#pragma clang loop unroll(full)
        for (int l = 0; l < count; l++) {
          word4 x = wk[l][i];
#pragma clang loop unroll(full)
          for (int j = 0; j < 3; j++) {
            if (chains >> j & 1) s[l][j].low = _mm_sha256rnds2_epu32(s[l][j].low, s[l][j].high, x);
          }
          x = _mm_shuffle_epi32(x, 0x0E);
#pragma clang loop unroll(full)
          for (int j = 0; j < 3; j++) {
            if (chains >> j & 1) s[l][j].high = _mm_sha256rnds2_epu32(s[l][j].high, s[l][j].low, x);
          }
        }
      }
      if (chains & PIECEHASH_SHA1) {
#pragma clang loop unroll(full)
        for (int l = 0; l < count; l++) {
          const word4 *m = m1[l];
          word4 before = before_and_now[l].high, now = before_and_now[l].low;
          if (i < 5) {
            ROUNDS1(i, 0)
          } else if (i < 10) {
            ROUNDS1(i, 1)
          } else if (i < 15) {
            ROUNDS1(i, 2)
          } else {
            ROUNDS1(i, 3)
          }
          before_and_now[l] = (chain){before, now};
        }
      }
    }
#pragma clang loop unroll(full)
    for (int l = 0; l < count; l++) {
#pragma clang loop unroll(full)
      for (int j = 0; j < 3; j++) {
        if (chains >> j & 1) {
          c256[l][j].high = _mm_add_epi32(c256[l][j].high, s[l][j].high);
          c256[l][j].low = _mm_add_epi32(c256[l][j].low, s[l][j].low);
        }
      }
      if (chains & PIECEHASH_SHA1) {
        c1[l].low = _mm_sha1nexte_epu32(before_and_now[l].high, c1[l].low);
        c1[l].high = _mm_add_epi32(c1[l].high, before_and_now[l].low);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int l = 0; l < count; l++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 3; j++) {
      if (chains >> j & 1) store256(state->sha256[j], first + (size_t)l, c256[l][j]);
    }
    if (chains & PIECEHASH_SHA1) store1(state->sha1, first + (size_t)l, c1[l]);
  }
}

// As many lanes together as make about four chains: more would not fit the registers.
#define LANES_OF(chains) (__builtin_popcount(chains) == 1 ? 4 : __builtin_popcount(chains) == 2 ? 2 : 1)

#define ADVANCE(n, chains)                                                         \
  for (; lanes - lane >= (n); lane += (n)) advance_some(state, data, lane, blocks, n, chains);

#define CASE(chains)                     \
  case chains: {                         \
    ADVANCE(LANES_OF(chains), chains)    \
    ADVANCE(1, chains)                   \
    return;                              \
  }

TARGET static void advance(piecehash_state *state, const uint8_t *const *data, size_t lanes,
                           size_t blocks, uint32_t chains) {
  size_t lane = 0;
  switch (chains) {
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
    CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15)
    default: return;
  }
}

// Leaf 7 of CPUID, EBX bit 29; the compiler's __builtin_cpu_supports knows no name for it.
int piecehash_has_shani(void) {
  unsigned int a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) &&
         __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
}

const piecehash_kernel piecehash_shani = {"shani", 4, advance};

#endif
