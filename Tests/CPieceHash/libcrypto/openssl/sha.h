// SPDX-License-Identifier: Apache-2.0
// Stands for libcrypto where the kernels are built for a processor that Debian has no libcrypto
// beside ours for: what Sources/CPieceHash/libcrypto.c takes from it, by the reference.

#ifndef CPIECEHASH_STAND_IN_SHA_H
#define CPIECEHASH_STAND_IN_SHA_H

#include "../../reference.h"

typedef struct {
  uint32_t h[8];
} SHA256_CTX;

typedef struct {
  uint32_t h0, h1, h2, h3, h4;
} SHA_CTX;

static inline int SHA256_Init(SHA256_CTX *c) {
  reference_begin_sha256(c->h);
  return 1;
}

static inline int SHA256_Update(SHA256_CTX *c, const void *data, size_t length) {
  reference_sha256(c->h, data, length / 64);
  return length % 64 == 0;
}

static inline int SHA1_Init(SHA_CTX *c) {
  *c = (SHA_CTX){0, 0, 0, 0, 0};
  return 1;
}

static inline int SHA1_Update(SHA_CTX *c, const void *data, size_t length) {
  uint32_t h[5] = {c->h0, c->h1, c->h2, c->h3, c->h4};
  reference_sha1(h, data, length / 64);
  *c = (SHA_CTX){h[0], h[1], h[2], h[3], h[4]};
  return length % 64 == 0;
}

#endif
