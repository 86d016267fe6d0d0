// SPDX-License-Identifier: Apache-2.0
// SHA-256 and SHA-1 as FIPS 180-4 writes them down, to compare with. Nothing is fast here, and
// even the constants are computed from what the standard says they are.

#ifndef CPIECEHASH_REFERENCE_H
#define CPIECEHASH_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t right(uint32_t x, int n) { return x >> n | x << (32 - n); }
static inline uint32_t left(uint32_t x, int n) { return x << n | x >> (32 - n); }
static inline uint32_t choose(uint32_t x, uint32_t y, uint32_t z) { return (x & y) ^ (~x & z); }
static inline uint32_t majority(uint32_t x, uint32_t y, uint32_t z) {
  return (x & y) ^ (x & z) ^ (y & z);
}

static inline uint32_t prime(int index) {
  for (uint32_t n = 2;; n++) {
    uint32_t d = 2;
    while (n % d != 0) d++;
    if (d == n && index-- == 0) return n;
  }
}

// The first 32 bits of the fractional part of the square root (power 2) or cube root (3) of n.
static inline uint32_t root(uint32_t n, int power) {
  const unsigned __int128 radicand = (unsigned __int128)n << 32 * power;
  uint64_t root = 0;
  for (uint64_t bit = (uint64_t)1 << 40; bit != 0; bit >>= 1) {
    unsigned __int128 x = root | bit;
    if ((power == 2 ? x * x : x * x * x) <= radicand) root |= bit;
  }
  return (uint32_t)root;
}

// Section 4.2.2.
static inline uint32_t k256(int t) {
  static uint32_t k[64];
  if (k[t] == 0) k[t] = root(prime(t), 3);
  return k[t];
}

// Section 4.2.1.
static inline uint32_t k1(int t) {
  static const uint32_t k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  return k[t / 20];
}

// Sections 5.3.3 and 5.3.1.
static inline void reference_begin_sha256(uint32_t h[8]) {
  for (int i = 0; i < 8; i++) h[i] = root(prime(i), 2);
}

static inline void reference_begin_sha1(uint32_t h[5]) {
  static const uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (int i = 0; i < 5; i++) h[i] = initial[i];
}

static inline uint32_t big_endian(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

// Section 6.2.2.
static inline void reference_sha256(uint32_t h[8], const uint8_t *data, size_t blocks) {
  for (; blocks > 0; blocks--, data += 64) {
    uint32_t w[64], s[8];
    for (int t = 0; t < 16; t++) w[t] = big_endian(data + 4 * t);
    for (int t = 16; t < 64; t++) {
      uint32_t x = w[t - 15], y = w[t - 2];
      w[t] = (right(y, 17) ^ right(y, 19) ^ y >> 10) + w[t - 7] +
             (right(x, 7) ^ right(x, 18) ^ x >> 3) + w[t - 16];
    }
    for (int i = 0; i < 8; i++) s[i] = h[i];
    for (int t = 0; t < 64; t++) {
      uint32_t a = s[0], e = s[4];
      uint32_t t1 = s[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + choose(e, s[5], s[6]) +
                    k256(t) + w[t];
      uint32_t t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + majority(a, s[1], s[2]);
      for (int i = 7; i > 0; i--) s[i] = s[i - 1];
      s[4] += t1;
      s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
  }
}

// Section 6.1.2.
static inline void reference_sha1(uint32_t h[5], const uint8_t *data, size_t blocks) {
  for (; blocks > 0; blocks--, data += 64) {
    uint32_t w[80], s[5];
    for (int t = 0; t < 16; t++) w[t] = big_endian(data + 4 * t);
    for (int t = 16; t < 80; t++) w[t] = left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    for (int i = 0; i < 5; i++) s[i] = h[i];
    for (int t = 0; t < 80; t++) {
      uint32_t f = t < 20               ? choose(s[1], s[2], s[3])
                   : t >= 40 && t < 60 ? majority(s[1], s[2], s[3])
                                        : s[1] ^ s[2] ^ s[3];
      uint32_t sum = left(s[0], 5) + f + s[4] + k1(t) + w[t];
      s[4] = s[3];
      s[3] = s[2];
      s[2] = left(s[1], 30);
      s[1] = s[0];
      s[0] = sum;
    }
    for (int i = 0; i < 5; i++) h[i] += s[i];
  }
}

#endif
