// SPDX-License-Identifier: Apache-2.0
// The SHA instructions of x86.

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include "kernels.h"

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))

typedef __m128i word4;

// ABEF and CDGH, as sha256rnds2 wants them.
typedef struct {
  word4 high, low;
} chain256;

// ABCD, and in the highest element E; amid the rounds ABCD of four rounds ago, which makes E.
typedef struct {
  word4 now, before;
} chain1;

TARGET PIECEHASH_INLINE chain256 load256(uint32_t rows[8][PIECEHASH_LANES], size_t lane) {
#define ROW(i) (int)rows[i][lane]
  return (chain256){_mm_set_epi32(ROW(0), ROW(1), ROW(4), ROW(5)),
                    _mm_set_epi32(ROW(2), ROW(3), ROW(6), ROW(7))};
}

TARGET PIECEHASH_INLINE void store256(uint32_t rows[8][PIECEHASH_LANES], size_t lane, chain256 c) {
  static const int high[4] = {5, 4, 1, 0}, low[4] = {7, 6, 3, 2};
  uint32_t words[8];
  _mm_storeu_si128((word4 *)words, c.high);
  _mm_storeu_si128((word4 *)(words + 4), c.low);
  for (int i = 0; i < 4; i++) rows[high[i]][lane] = words[i];
  for (int i = 0; i < 4; i++) rows[low[i]][lane] = words[4 + i];
}

TARGET PIECEHASH_INLINE chain1 load1(uint32_t rows[5][PIECEHASH_LANES], size_t lane) {
  return (chain1){_mm_set_epi32(ROW(0), ROW(1), ROW(2), ROW(3)), _mm_set_epi32(ROW(4), 0, 0, 0)};
#undef ROW
}

TARGET PIECEHASH_INLINE void store1(uint32_t rows[5][PIECEHASH_LANES], size_t lane, chain1 c) {
  uint32_t words[4];
  _mm_storeu_si128((word4 *)words, c.now);
  for (int i = 0; i < 4; i++) rows[3 - i][lane] = words[i];
  rows[4][lane] = (uint32_t)_mm_extract_epi32(c.before, 3);
}

// FIPS 180-4, section 6.2.2, step 1, with the constants added: what all SHA-256 chains share.
TARGET PIECEHASH_INLINE void schedule256(word4 wk[16], const uint8_t *block) {
  const word4 swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  const word4 *k = (const word4 *)piecehash_k256;
  word4 w[4];
  PIECEHASH_UNROLL
  for (int i = 0; i < 16; i++) {
    if (i < 4) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const word4 *)(block + i * 16)), swap);
    } else {
      word4 x = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);
      x = _mm_add_epi32(x, _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
      w[i & 3] = _mm_sha256msg2_epu32(x, w[(i + 3) & 3]);
    }
    wk[i] = _mm_add_epi32(w[i & 3], k[i]);
  }
}

// Steps 3 and 4: four rounds of each of a lane's chains, and the sum after the last.
TARGET PIECEHASH_INLINE void rounds256(chain256 c[3], word4 wk, const uint32_t chains) {
  PIECEHASH_UNROLL
  for (int j = 0; j < 3; j++) {
    if (chains >> j & 1) c[j].low = _mm_sha256rnds2_epu32(c[j].low, c[j].high, wk);
  }
  wk = _mm_shuffle_epi32(wk, 0x0E);
  PIECEHASH_UNROLL
  for (int j = 0; j < 3; j++) {
    if (chains >> j & 1) c[j].high = _mm_sha256rnds2_epu32(c[j].high, c[j].low, wk);
  }
}

TARGET PIECEHASH_INLINE chain256 sum256(chain256 c, chain256 end) {
  return (chain256){_mm_add_epi32(c.high, end.high), _mm_add_epi32(c.low, end.low)};
}

// Section 6.1.2, step 1; the constants are in the instruction.
TARGET PIECEHASH_INLINE void schedule1(word4 m[20], const uint8_t *block) {
  const word4 reverse = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  word4 w[4];
  PIECEHASH_UNROLL
  for (int i = 0; i < 20; i++) {
    if (i < 4) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const word4 *)(block + i * 16)), reverse);
    } else {
      word4 x = _mm_xor_si128(_mm_sha1msg1_epu32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3]);
      w[i & 3] = _mm_sha1msg2_epu32(x, w[(i + 3) & 3]);
    }
    m[i] = w[i & 3];
  }
}

// Steps 3 and 4: rounds 4i to 4i + 3, and the sum after the last.
TARGET PIECEHASH_INLINE chain1 rounds1(chain1 c, const word4 m[20], const int i) {
  word4 e = i == 0 ? _mm_add_epi32(c.before, m[i]) : _mm_sha1nexte_epu32(c.before, m[i]);
  c.before = c.now;
  switch (i / 5) {
    case 0: c.now = _mm_sha1rnds4_epu32(c.now, e, 0); break;
    case 1: c.now = _mm_sha1rnds4_epu32(c.now, e, 1); break;
    case 2: c.now = _mm_sha1rnds4_epu32(c.now, e, 2); break;
    default: c.now = _mm_sha1rnds4_epu32(c.now, e, 3); break;
  }
  return c;
}

TARGET PIECEHASH_INLINE chain1 sum1(chain1 c, chain1 end) {
  return (chain1){_mm_add_epi32(c.now, end.now), _mm_sha1nexte_epu32(end.before, c.before)};
}

#include "narrow.h"

// Leaf 7 of CPUID, EBX bit 29; the compiler's __builtin_cpu_supports knows no name for it.
int piecehash_has_shani(void) {
  unsigned int a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1) &&
         __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
}

const piecehash_kernel piecehash_shani = {"shani", 4, advance};

#endif
