// SPDX-License-Identifier: Apache-2.0
// A few lanes through instructions that take one chain four rounds further: included by the
// kernels, each of which has named its vector `word4`, what it keeps of a chain, and what it does
// to one before. Such an instruction waits long for the one before, so that up to four chains, of
// one lane or of several, go through the rounds together.

// `count` lanes from `first` on; inlined for each number of lanes and set of chains.
TARGET PIECEHASH_INLINE void advance_some(piecehash_state *state, const uint8_t *const *data,
                                          size_t first, size_t blocks, const size_t count,
                                          const uint32_t chains) {
  const int sha256 = (chains & 7) != 0, sha1 = (chains & PIECEHASH_SHA1) != 0;
  chain256 c256[4][3];
  chain1 c1[4];
  PIECEHASH_UNROLL
  for (size_t l = 0; l < count; l++) {
    PIECEHASH_UNROLL
    for (int j = 0; j < 3; j++) {
      if (chains >> j & 1) c256[l][j] = load256(state->sha256[j], first + l);
    }
    if (sha1) c1[l] = load1(state->sha1, first + l);
  }
  for (size_t block = 0; block < blocks; block++) {
    word4 wk[4][16], m[4][20];
    chain256 s256[4][3];
    chain1 s1[4];
    PIECEHASH_UNROLL
    for (size_t l = 0; l < count; l++) {
      const uint8_t *bytes = data[first + l] + block * PIECEHASH_BLOCK;
      if (sha256) schedule256(wk[l], bytes);
      if (sha1) schedule1(m[l], bytes);
      PIECEHASH_UNROLL
      for (int j = 0; j < 3; j++) {
        if (chains >> j & 1) s256[l][j] = c256[l][j];
      }
      if (sha1) s1[l] = c1[l];
    }
    PIECEHASH_UNROLL
    for (int i = 0; i < 20; i++) {
      PIECEHASH_UNROLL
      for (size_t l = 0; l < count; l++) {
        if (sha256 && i < 16) rounds256(s256[l], wk[l][i], chains);
      }
      PIECEHASH_UNROLL
      for (size_t l = 0; l < count; l++) {
        if (sha1) s1[l] = rounds1(s1[l], m[l], i);
      }
    }
    PIECEHASH_UNROLL
    for (size_t l = 0; l < count; l++) {
      PIECEHASH_UNROLL
      for (int j = 0; j < 3; j++) {
        if (chains >> j & 1) c256[l][j] = sum256(c256[l][j], s256[l][j]);
      }
      if (sha1) c1[l] = sum1(c1[l], s1[l]);
    }
  }
  PIECEHASH_UNROLL
  for (size_t l = 0; l < count; l++) {
    PIECEHASH_UNROLL
    for (int j = 0; j < 3; j++) {
      if (chains >> j & 1) store256(state->sha256[j], first + l, c256[l][j]);
    }
    if (sha1) store1(state->sha1, first + l, c1[l]);
  }
}

// As many lanes together as make about four chains: more would not fit the registers.
#define LANES_OF(chains) \
  (__builtin_popcount(chains) == 1 ? 4u : __builtin_popcount(chains) == 2 ? 2u : 1u)

#define ADVANCE(n, chains) \
  for (; lanes - lane >= (n); lane += (n)) advance_some(state, data, lane, blocks, n, chains);

// A function for each set of chains: all in one would be slow to compile, and need a large frame
// where nothing is optimized.
#define ADVANCE_CHAINS(chains)                                                                  \
  TARGET static __attribute__((noinline)) void advance##chains(                                 \
      piecehash_state *state, const uint8_t *const *data, size_t lanes, size_t blocks) {        \
    size_t lane = 0;                                                                            \
    ADVANCE(LANES_OF(chains), chains)                                                           \
    ADVANCE(1u, chains)                                                                         \
  }

ADVANCE_CHAINS(1)
ADVANCE_CHAINS(2)
ADVANCE_CHAINS(3)
ADVANCE_CHAINS(4)
ADVANCE_CHAINS(5)
ADVANCE_CHAINS(6)
ADVANCE_CHAINS(7)
ADVANCE_CHAINS(8)
ADVANCE_CHAINS(9)
ADVANCE_CHAINS(10)
ADVANCE_CHAINS(11)
ADVANCE_CHAINS(12)
ADVANCE_CHAINS(13)
ADVANCE_CHAINS(14)
ADVANCE_CHAINS(15)

static void advance(piecehash_state *state, const uint8_t *const *data, size_t lanes,
                    size_t blocks, uint32_t chains) {
  static void (*const of[16])(piecehash_state *, const uint8_t *const *, size_t, size_t) = {
      NULL,     advance1, advance2,  advance3,  advance4,  advance5,  advance6,  advance7,
      advance8, advance9, advance10, advance11, advance12, advance13, advance14, advance15,
  };
  if ((chains & 15) != 0) of[chains & 15](state, data, lanes, blocks);
}
