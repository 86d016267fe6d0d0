// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 and SHA-1 (FIPS 180-4) of many streams side by side.
//
// A lane is one stream of whole 64-byte blocks. Up to four digests, its chains, take each of its
// blocks: the three SHA-256 chains of a lane differ only in where they began, so the message
// schedule of a block is computed once for all of them. Padding and lengths are the caller's.
//
// Nothing here allocates, keeps state or reads beyond what it is given.

#ifndef CPIECEHASH_H
#define CPIECEHASH_H

#include <stddef.h>
#include <stdint.h>

// Only clang, from which Swift learns of them, has these.
#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

// The most lanes that a kernel takes at once.
#define PIECEHASH_LANES 16
#define PIECEHASH_BLOCK 64

// Chains, to be combined.
#define PIECEHASH_FILE 1u
#define PIECEHASH_PIECE 2u
#define PIECEHASH_LEAF 4u
#define PIECEHASH_SHA1 8u

// The chaining values of all lanes, a word a row and a lane a column of uint32_t: eight rows each
// for the SHA-256 chains in the order of their bits, then five for SHA-1. Aligned to 64 bytes.
#define PIECEHASH_ROWS 29
typedef struct piecehash_state piecehash_state;

// Takes `blocks` blocks from each of data[0] to data[lanes - 1] into `chains`; 1 <= lanes <= 16.
// The columns of other lanes, and the rows of other chains, hold anything afterwards.
typedef void (*piecehash_advance)(piecehash_state *_Nonnull state,
                                  const uint8_t *_Nonnull const *_Nonnull data, size_t lanes,
                                  size_t blocks, uint32_t chains);

typedef struct {
  const char *_Nonnull name;
  // How many lanes it takes in hardly more time than one.
  size_t width;
  piecehash_advance _Nonnull advance;
} piecehash_kernel;

// The kernels that this processor runs, the portable one last: `index` counts from 0, and beyond
// the last there is none.
const piecehash_kernel *_Nullable piecehash_kernel_at(size_t index);

// One stream alone, of the chaining value's words in a row, by libcrypto's best code.
void piecehash_sha256_blocks(uint32_t *_Nonnull words, const uint8_t *_Nonnull data, size_t blocks);
void piecehash_sha1_blocks(uint32_t *_Nonnull words, const uint8_t *_Nonnull data, size_t blocks);

#endif
