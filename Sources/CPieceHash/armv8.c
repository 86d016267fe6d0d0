// SPDX-License-Identifier: Apache-2.0
// The SHA instructions of AArch64 (ARMv8-A's cryptographic extension).

#if defined(__aarch64__)

#include <arm_neon.h>

#include "kernels.h"

// gcc has the SHA intrinsics under this name only; clang takes it too.
#define TARGET __attribute__((target("+crypto")))

typedef uint32x4_t word4;

typedef struct {
  word4 abcd, efgh;
} chain256;

typedef struct {
  word4 abcd;
  uint32_t e;
} chain1;

// Four words of a lane's column, from and to.
TARGET PIECEHASH_INLINE word4 gather(uint32_t rows[4][PIECEHASH_LANES], size_t lane) {
  const uint32_t words[4] = {rows[0][lane], rows[1][lane], rows[2][lane], rows[3][lane]};
  return vld1q_u32(words);
}

TARGET PIECEHASH_INLINE void scatter(uint32_t rows[4][PIECEHASH_LANES], size_t lane, word4 x) {
  uint32_t words[4];
  vst1q_u32(words, x);
  for (int i = 0; i < 4; i++) rows[i][lane] = words[i];
}

TARGET PIECEHASH_INLINE chain256 load256(uint32_t rows[8][PIECEHASH_LANES], size_t lane) {
  return (chain256){gather(rows, lane), gather(rows + 4, lane)};
}

TARGET PIECEHASH_INLINE void store256(uint32_t rows[8][PIECEHASH_LANES], size_t lane, chain256 c) {
  scatter(rows, lane, c.abcd);
  scatter(rows + 4, lane, c.efgh);
}

TARGET PIECEHASH_INLINE chain1 load1(uint32_t rows[5][PIECEHASH_LANES], size_t lane) {
  return (chain1){gather(rows, lane), rows[4][lane]};
}

TARGET PIECEHASH_INLINE void store1(uint32_t rows[5][PIECEHASH_LANES], size_t lane, chain1 c) {
  scatter(rows, lane, c.abcd);
  rows[4][lane] = c.e;
}

TARGET PIECEHASH_INLINE word4 load(const uint8_t *bytes) {
  return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(bytes)));
}

// FIPS 180-4, section 6.2.2, step 1, with the constants added: what all SHA-256 chains share.
TARGET PIECEHASH_INLINE void schedule256(word4 wk[16], const uint8_t *block) {
  word4 w[4];
  PIECEHASH_UNROLL
  for (int i = 0; i < 16; i++) {
    w[i & 3] = i < 4 ? load(block + i * 16)
                     : vsha256su1q_u32(vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3],
                                       w[(i + 3) & 3]);
    wk[i] = vaddq_u32(w[i & 3], vld1q_u32(piecehash_k256 + i * 4));
  }
}

// Steps 3 and 4: four rounds of each of a lane's chains, and the sum after the last.
TARGET PIECEHASH_INLINE void rounds256(chain256 c[3], word4 wk, const uint32_t chains) {
  PIECEHASH_UNROLL
  for (int j = 0; j < 3; j++) {
    if (chains >> j & 1) {
      c[j] = (chain256){vsha256hq_u32(c[j].abcd, c[j].efgh, wk),
                        vsha256h2q_u32(c[j].efgh, c[j].abcd, wk)};
    }
  }
}

TARGET PIECEHASH_INLINE chain256 sum256(chain256 c, chain256 end) {
  return (chain256){vaddq_u32(c.abcd, end.abcd), vaddq_u32(c.efgh, end.efgh)};
}

// Section 6.1.2, step 1, with the constants of section 4.2.1 added.
TARGET PIECEHASH_INLINE void schedule1(word4 m[20], const uint8_t *block) {
  static const uint32_t k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  word4 w[4];
  PIECEHASH_UNROLL
  for (int i = 0; i < 20; i++) {
    w[i & 3] = i < 4 ? load(block + i * 16)
                     : vsha1su1q_u32(vsha1su0q_u32(w[i & 3], w[(i + 1) & 3], w[(i + 2) & 3]),
                                     w[(i + 3) & 3]);
    m[i] = vaddq_u32(w[i & 3], vdupq_n_u32(k[i / 5]));
  }
}

// Steps 3 and 4: rounds 4i to 4i + 3, and the sum after the last.
TARGET PIECEHASH_INLINE chain1 rounds1(chain1 c, const word4 m[20], const int i) {
  uint32_t e = vsha1h_u32(vgetq_lane_u32(c.abcd, 0));
  switch (i / 5) {
    case 0: return (chain1){vsha1cq_u32(c.abcd, c.e, m[i]), e};
    case 2: return (chain1){vsha1mq_u32(c.abcd, c.e, m[i]), e};
    default: return (chain1){vsha1pq_u32(c.abcd, c.e, m[i]), e};
  }
}

TARGET PIECEHASH_INLINE chain1 sum1(chain1 c, chain1 end) {
  return (chain1){vaddq_u32(c.abcd, end.abcd), c.e + end.e};
}

#include "narrow.h"

const piecehash_kernel piecehash_armv8 = {"armv8", 4, advance};

#endif
