// SPDX-License-Identifier: Apache-2.0

// Digests by libcrypto, and the trees of BEP 52 above its SHA-256.

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

enum { LEAF = 16 << 10, MAX_PIECES = 2048 };

// One digest that begins anew after every `length` bytes, 0 for never; `take` gets each.
struct pass {
  const EVP_MD *algorithm;
  EVP_MD_CTX *context;
  void (*take)(const unsigned char *digest, size_t length);
  uint64_t length, filled;
};

// How many bytes went into all passes; what was folded.
extern uint64_t digested;
extern unsigned char folded[32];

_Noreturn void fail(const char *what);

// Xors a digest of at most 32 bytes into `folded`.
void fold(const unsigned char *digest, size_t length);

struct pass new_pass(const char *algorithm, void (*take)(const unsigned char *, size_t));
void begin(struct pass *pass, uint64_t length);
void update(struct pass *pass, const unsigned char *bytes, size_t count);
void end(struct pass *pass);

// The base, doubled until the file has no more pieces than it may have.
uint64_t piece_length(uint64_t size, uint64_t base);

// The tree of one file at a time, which is not empty: its leaves, in order, between begin and end.
void prepare_trees(void);
void begin_tree(uint64_t size, uint64_t length);
void take_leaf(const unsigned char *digest, size_t length);
void end_tree(void);
