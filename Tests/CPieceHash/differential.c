// SPDX-License-Identifier: Apache-2.0
// Every kernel that this processor runs against FIPS 180-4 written down plainly. scripts/kernels
// builds it with sanitizers: each buffer is as long as it must be and no longer, so that a byte
// read beyond is seen.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CPieceHash.h"
#include "reference.h"

#define LANES PIECEHASH_LANES
#define BLOCK PIECEHASH_BLOCK
// The rows of a chain, and where they begin.
#define ROWS(chain) ((chain) == 3 ? 5 : 8)
#define ROW(chain) ((chain) * 8)

#if defined(__x86_64__)
static const char *const known[] = {"avx512", "avx2", "shani", "libcrypto"};
#elif defined(__aarch64__)
static const char *const known[] = {"armv8", "libcrypto"};
#else
static const char *const known[] = {"libcrypto"};
#endif

static int differences;

static void *allocate(size_t size) {
  void *memory = malloc(size > 0 ? size : 1);
  if (memory == NULL) abort();
  return memory;
}

// xorshift64*: other bytes for each use, and the same ones in each run.
static uint32_t noise(void) {
  static uint64_t x = 0x9e3779b97f4a7c15;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  return (uint32_t)(x * 0x2545f4914f6cdd1d >> 32);
}

static void reference(int chain, uint32_t *words, const uint8_t *data, size_t blocks) {
  if (chain == 3) {
    reference_sha1(words, data, blocks);
  } else {
    reference_sha256(words, data, blocks);
  }
}

// The chaining values of all lanes as the header lays them out, of exactly that size.
static uint32_t *new_state(void) {
  void *state = aligned_alloc(64, sizeof(uint32_t) * PIECEHASH_ROWS * LANES);
  if (state == NULL) abort();
  return state;
}

static void advance(const piecehash_kernel *kernel, uint32_t *state, const uint8_t *const *data,
                    size_t lanes, size_t blocks, uint32_t chains) {
  // No longer than the lanes that are used.
  const uint8_t **pointers = allocate(lanes * sizeof *pointers);
  memcpy(pointers, data, lanes * sizeof *pointers);
  kernel->advance((piecehash_state *)state, pointers, lanes, blocks, chains);
  free(pointers);
}

static void compare(const char *name, const uint32_t *words, const uint32_t *state, int chain,
                    size_t lane, size_t lanes, size_t blocks, uint32_t chains) {
  for (int row = 0; row < ROWS(chain); row++) {
    if (state[(size_t)(ROW(chain) + row) * LANES + lane] == words[row]) continue;
    printf("%s: chain %d of set %u differs in lane %zu of %zu after %zu blocks\n", name, chain,
           chains, lane, lanes, blocks);
    differences++;
    return;
  }
}

// Noise of one length on each lane, at every alignment, and what the reference makes of it.
typedef struct {
  size_t blocks;
  uint8_t *memory[LANES];
  const uint8_t *data[LANES];
  uint32_t begin[PIECEHASH_ROWS * LANES];
  uint32_t end[4][LANES][8];
} sample;

static sample *new_sample(size_t blocks) {
  sample *s = allocate(sizeof *s);
  s->blocks = blocks;
  for (size_t i = 0; i < PIECEHASH_ROWS * LANES; i++) s->begin[i] = noise();
  for (size_t lane = 0; lane < LANES; lane++) {
    size_t offset = lane * 5 % LANES, size = offset + blocks * BLOCK;
    s->memory[lane] = allocate(size);
    for (size_t i = 0; i < size; i++) s->memory[lane][i] = (uint8_t)noise();
    s->data[lane] = s->memory[lane] + offset;
    for (int chain = 0; chain < 4; chain++) {
      uint32_t *words = s->end[chain][lane];
      for (int row = 0; row < ROWS(chain); row++) {
        words[row] = s->begin[(size_t)(ROW(chain) + row) * LANES + lane];
      }
      reference(chain, words, s->data[lane], blocks);
    }
  }
  return s;
}

static void free_sample(sample *s) {
  for (size_t lane = 0; lane < LANES; lane++) free(s->memory[lane]);
  free(s);
}

// Every set of chains on every number of lanes.
static void try_sample(const piecehash_kernel *kernel, const sample *s) {
  uint32_t *state = new_state();
  for (uint32_t chains = 0; chains < 16; chains++) {
    for (size_t lanes = 1; lanes <= LANES; lanes++) {
      memcpy(state, s->begin, sizeof s->begin);
      advance(kernel, state, s->data, lanes, s->blocks, chains);
      for (int chain = 0; chain < 4; chain++) {
        if ((chains >> chain & 1) == 0) continue;
        for (size_t lane = 0; lane < lanes; lane++) {
          compare(kernel->name, s->end[chain][lane], state, chain, lane, lanes, s->blocks, chains);
        }
      }
    }
  }
  free(state);
}

// The two functions for one stream alone.
static void try_alone(const sample *s) {
  for (size_t lane = 0; lane < LANES; lane++) {
    for (int chain = 0; chain < 4; chain++) {
      uint32_t words[8];
      for (int row = 0; row < ROWS(chain); row++) {
        words[row] = s->begin[(size_t)(ROW(chain) + row) * LANES + lane];
      }
      if (chain == 3) {
        piecehash_sha1_blocks(words, s->data[lane], s->blocks);
      } else {
        piecehash_sha256_blocks(words, s->data[lane], s->blocks);
      }
      if (memcmp(words, s->end[chain][lane], sizeof(uint32_t) * (size_t)ROWS(chain)) != 0) {
        printf("a stream alone: chain %d differs after %zu blocks\n", chain, s->blocks);
        differences++;
      }
    }
  }
}

// NIST's examples for FIPS 180-4: one block, two blocks, and a million times the letter a.
static const struct {
  const char *text;
  size_t repeat;
  uint32_t sha256[8], sha1[5];
} vectors[] = {
    {"abc",
     1,
     {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c, 0xb410ff61,
      0xf20015ad},
     {0xa9993e36, 0x4706816a, 0xba3e2571, 0x7850c26c, 0x9cd0d89d}},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     1,
     {0x248d6a61, 0xd20638b8, 0xe5c02693, 0x0c3e6039, 0xa33ce459, 0x64ff2167, 0xf6ecedd4,
      0x19db06c1},
     {0x84983e44, 0x1c3bd26e, 0xbaae4aa1, 0xf95129e5, 0xe54670f1}},
    {"a",
     1000000,
     {0xcdc76e5c, 0x9914fb92, 0x81a1c7e2, 0x84d73e67, 0xf1809a48, 0xa497200e, 0x046d39cc,
      0xc7112cd0},
     {0x34aa973c, 0xd4c4daa4, 0xf61eeb2b, 0xdbad2731, 0x6534016f}},
};

// A vector's message with its padding (section 5.1.1).
static uint8_t *padded(size_t vector, size_t *blocks) {
  size_t part = strlen(vectors[vector].text), length = part * vectors[vector].repeat;
  *blocks = (length + 9 + BLOCK - 1) / BLOCK;
  uint8_t *message = allocate(*blocks * BLOCK);
  memset(message, 0, *blocks * BLOCK);
  for (size_t i = 0; i < length; i++) message[i] = (uint8_t)vectors[vector].text[i % part];
  message[length] = 0x80;
  for (size_t i = 0; i < 8; i++) {
    message[*blocks * BLOCK - 1 - i] = (uint8_t)((uint64_t)length * 8 >> i * 8);
  }
  return message;
}

// Without a kernel, the reference itself.
static void try_vectors(const piecehash_kernel *kernel) {
  uint32_t *state = new_state();
  for (size_t vector = 0; vector < sizeof vectors / sizeof *vectors; vector++) {
    size_t blocks;
    uint8_t *message = padded(vector, &blocks);
    uint32_t begin[4][8];
    for (int chain = 0; chain < 3; chain++) reference_begin_sha256(begin[chain]);
    reference_begin_sha1(begin[3]);
    const uint8_t *data[LANES];
    for (size_t lane = 0; lane < LANES; lane++) data[lane] = message;
    for (int chain = 0; chain < 4; chain++) {
      if (kernel == NULL) reference(chain, begin[chain], message, blocks);
      for (int row = 0; row < ROWS(chain); row++) {
        for (size_t lane = 0; lane < LANES; lane++) {
          state[(size_t)(ROW(chain) + row) * LANES + lane] = begin[chain][row];
        }
      }
    }
    if (kernel != NULL) advance(kernel, state, data, LANES, blocks, 15);
    for (int chain = 0; chain < 4; chain++) {
      const uint32_t *words = chain == 3 ? vectors[vector].sha1 : vectors[vector].sha256;
      for (size_t lane = 0; lane < LANES; lane++) {
        compare(kernel ? kernel->name : "the reference", words, state, chain, lane, LANES, blocks,
                15);
      }
    }
    free(message);
  }
  free(state);
}

static const piecehash_kernel *named(const char *name) {
  const piecehash_kernel *kernel;
  for (size_t i = 0; (kernel = piecehash_kernel_at(i)) != NULL; i++) {
    if (strcmp(kernel->name, name) == 0) return kernel;
  }
  return NULL;
}

int main(void) {
  static const size_t counts[] = {0, 1, 2, 3, 5, 16, 17, 256};
  sample *samples[sizeof counts / sizeof *counts];
  const size_t count = sizeof counts / sizeof *counts;
  try_vectors(NULL);
  for (size_t i = 0; i < count; i++) {
    samples[i] = new_sample(counts[i]);
    try_alone(samples[i]);
  }
  size_t listed = 0, ran = 0;
  while (piecehash_kernel_at(listed) != NULL) listed++;
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    const piecehash_kernel *kernel = named(known[k]);
    if (kernel == NULL) {
      printf("%s: not run, this processor lacks it\n", known[k]);
      continue;
    }
    int before = differences;
    try_vectors(kernel);
    for (size_t i = 0; i < count; i++) try_sample(kernel, samples[i]);
    printf("%s: %s\n", kernel->name, differences == before ? "ok" : "error: it differs");
    ran++;
  }
  for (size_t i = 0; i < count; i++) free_sample(samples[i]);
  if (ran != listed) {
    printf("error: %zu kernels, of which only %zu are known here\n", listed, ran);
    return 1;
  }
  return differences == 0 ? 0 : 1;
}
