// SPDX-License-Identifier: Apache-2.0
// The portable kernel: one stream after the other through libcrypto, which has its own choice of
// code for every processor.

// EVP keeps its chaining values to itself; these older functions let them be given and taken.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "kernels.h"

void piecehash_sha256_blocks(uint32_t *words, const uint8_t *data, size_t blocks) {
  SHA256_CTX context;
  SHA256_Init(&context);
  memcpy(context.h, words, sizeof context.h);
  SHA256_Update(&context, data, blocks * PIECEHASH_BLOCK);
  memcpy(words, context.h, sizeof context.h);
}

void piecehash_sha1_blocks(uint32_t *words, const uint8_t *data, size_t blocks) {
  SHA_CTX context;
  SHA1_Init(&context);
  context.h0 = words[0];
  context.h1 = words[1];
  context.h2 = words[2];
  context.h3 = words[3];
  context.h4 = words[4];
  SHA1_Update(&context, data, blocks * PIECEHASH_BLOCK);
  words[0] = context.h0;
  words[1] = context.h1;
  words[2] = context.h2;
  words[3] = context.h3;
  words[4] = context.h4;
}

static void advance256(uint32_t rows[8][PIECEHASH_LANES], size_t lane, const uint8_t *data,
                       size_t blocks) {
  uint32_t words[8];
  for (int i = 0; i < 8; i++) words[i] = rows[i][lane];
  piecehash_sha256_blocks(words, data, blocks);
  for (int i = 0; i < 8; i++) rows[i][lane] = words[i];
}

static void advance1(uint32_t rows[5][PIECEHASH_LANES], size_t lane, const uint8_t *data,
                     size_t blocks) {
  uint32_t words[5];
  for (int i = 0; i < 5; i++) words[i] = rows[i][lane];
  piecehash_sha1_blocks(words, data, blocks);
  for (int i = 0; i < 5; i++) rows[i][lane] = words[i];
}

static void advance(piecehash_state *state, const uint8_t *const *data, size_t lanes, size_t blocks,
                    uint32_t chains) {
  for (size_t lane = 0; lane < lanes; lane++) {
    for (int chain = 0; chain < 3; chain++) {
      if (chains >> chain & 1) advance256(state->sha256[chain], lane, data[lane], blocks);
    }
    if (chains & PIECEHASH_SHA1) advance1(state->sha1, lane, data[lane], blocks);
  }
}

const piecehash_kernel piecehash_libcrypto = {"libcrypto", 1, advance};
