// SPDX-License-Identifier: Apache-2.0
// One block of every lane, in vectors that hold one word of each: included by the kernels, each of
// which has named the bytes of its vectors and its operations before.

// The operators of the language do where nothing is optimized what a function would be called for:
// a debug build hashes thirty times as fast with them.
typedef uint32_t word __attribute__((vector_size(WIDTH), may_alias));

#define LEFT(x, n) RIGHT(x, 32 - (n))
#define ALL(x) ((word){0} + (uint32_t)(x))
#define LOAD(p) (*(const word *)(p))
#define STORE(p, x) (*(word *)(p) = (x))

#define SMALL_SIGMA0(x) XOR3(RIGHT(x, 7), RIGHT(x, 18), (x) >> 3)
#define SMALL_SIGMA1(x) XOR3(RIGHT(x, 17), RIGHT(x, 19), (x) >> 10)
#define BIG_SIGMA0(x) XOR3(RIGHT(x, 2), RIGHT(x, 13), RIGHT(x, 22))
#define BIG_SIGMA1(x) XOR3(RIGHT(x, 6), RIGHT(x, 11), RIGHT(x, 25))

// Word i of every lane's block into w[i]: the kernel's own.
TARGET PIECEHASH_INLINE void load(word w[16], const uint8_t *const data[WIDTH / 4],
                                  size_t offset);

// FIPS 180-4, section 6.2.2, step 1, with the constants added: what all SHA-256 chains share.
TARGET PIECEHASH_INLINE void schedule256(word wk[64], const word block[16]) {
  word w[16];
  PIECEHASH_UNROLL
  for (int i = 0; i < 16; i++) {
    w[i] = block[i];
    wk[i] = w[i] + ALL(piecehash_k256[i]);
  }
  for (int t = 16; t < 64; t += 16) {
    PIECEHASH_UNROLL
    for (int i = 0; i < 16; i++) {
      w[i] = (w[i] + SMALL_SIGMA0(w[(i + 1) & 15])) +
             (w[(i + 9) & 15] + SMALL_SIGMA1(w[(i + 14) & 15]));
      wk[t + i] = w[i] + ALL(piecehash_k256[t + i]);
    }
  }
}

// Steps 2 to 4 for one chain.
TARGET PIECEHASH_INLINE void rounds256(uint32_t rows[8][PIECEHASH_LANES], size_t column,
                                       const word wk[64]) {
  word s[8];
  for (int i = 0; i < 8; i++) s[i] = LOAD(&rows[i][column]);
  for (int t = 0; t < 64; t += 8) {
    PIECEHASH_UNROLL
    for (int i = 0; i < 8; i++) {
      // The eight words stay in place; their names move on by one a round.
      word a = s[-i & 7], b = s[(1 - i) & 7], c = s[(2 - i) & 7];
      word e = s[(4 - i) & 7], f = s[(5 - i) & 7], g = s[(6 - i) & 7];
      word t1 = (s[(7 - i) & 7] + wk[t + i]) + (CHOOSE(e, f, g) + BIG_SIGMA1(e));
      s[(3 - i) & 7] += t1;
      s[(7 - i) & 7] = t1 + (MAJORITY(a, b, c) + BIG_SIGMA0(a));
    }
  }
  for (int i = 0; i < 8; i++) STORE(&rows[i][column], s[i] + LOAD(&rows[i][column]));
}

// Twenty rounds of SHA-1 from round T on (section 6.1.2); FUNCTION is their f, CONSTANT their K.
#define ROUNDS1(T, FUNCTION, CONSTANT)                                                \
  PIECEHASH_UNROLL                                                                    \
  for (int i = (T); i < (T) + 20; i++) {                                              \
    if (i >= 16) {                                                                    \
      word x = XOR3(w[(i + 13) & 15], w[(i + 8) & 15], w[(i + 2) & 15]) ^ w[i & 15];  \
      w[i & 15] = LEFT(x, 1);                                                         \
    }                                                                                 \
    word sum = (e + (w[i & 15] + CONSTANT)) + (LEFT(a, 5) + FUNCTION(b, c, d));       \
    e = d;                                                                            \
    d = c;                                                                            \
    c = LEFT(b, 30);                                                                  \
    b = a;                                                                            \
    a = sum;                                                                          \
  }

TARGET PIECEHASH_INLINE void rounds1(uint32_t rows[5][PIECEHASH_LANES], size_t column,
                                     const word block[16]) {
  word w[16];
  PIECEHASH_UNROLL
  for (int i = 0; i < 16; i++) w[i] = block[i];
  word a = LOAD(&rows[0][column]), b = LOAD(&rows[1][column]), c = LOAD(&rows[2][column]);
  word d = LOAD(&rows[3][column]), e = LOAD(&rows[4][column]);
  ROUNDS1(0, CHOOSE, ALL(0x5a827999))
  ROUNDS1(20, XOR3, ALL(0x6ed9eba1))
  ROUNDS1(40, MAJORITY, ALL(0x8f1bbcdc))
  ROUNDS1(60, XOR3, ALL(0xca62c1d6))
  STORE(&rows[0][column], a + LOAD(&rows[0][column]));
  STORE(&rows[1][column], b + LOAD(&rows[1][column]));
  STORE(&rows[2][column], c + LOAD(&rows[2][column]));
  STORE(&rows[3][column], d + LOAD(&rows[3][column]));
  STORE(&rows[4][column], e + LOAD(&rows[4][column]));
}

// The block at `offset` of each lane from `column` on.
TARGET PIECEHASH_INLINE void advance_block(piecehash_state *state, size_t column,
                                           const uint8_t *const *data, size_t offset,
                                           uint32_t chains) {
  word block[16], wk[64];
  load(block, data, offset);
  if (chains & 7) {
    schedule256(wk, block);
    for (int chain = 0; chain < 3; chain++) {
      if (chains >> chain & 1) rounds256(state->sha256[chain], column, wk);
    }
  }
  if (chains & PIECEHASH_SHA1) rounds1(state->sha1, column, block);
}
