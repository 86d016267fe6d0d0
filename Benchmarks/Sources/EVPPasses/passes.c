// SPDX-License-Identifier: Apache-2.0

#include "passes.h"

#include <stdio.h>
#include <stdlib.h>

uint64_t digested;
unsigned char folded[32];

void fail(const char *what) {
  perror(what);
  exit(74);
}

void fold(const unsigned char *digest, size_t length) {
  for (size_t i = 0; i < length; i++) folded[i] ^= digest[i];
}

struct pass new_pass(const char *algorithm, void (*take)(const unsigned char *, size_t)) {
  struct pass pass = {EVP_MD_fetch(NULL, algorithm, NULL), EVP_MD_CTX_new(), take, 0, 0};
  if (!pass.algorithm || !pass.context) fail(algorithm);
  return pass;
}

void begin(struct pass *pass, uint64_t length) {
  pass->length = length;
  pass->filled = 0;
  if (!EVP_DigestInit_ex(pass->context, pass->algorithm, NULL)) fail("EVP_DigestInit_ex");
}

static void finish(struct pass *pass) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (!EVP_DigestFinal_ex(pass->context, digest, &length)) fail("EVP_DigestFinal_ex");
  pass->take(digest, length);
}

void update(struct pass *pass, const unsigned char *bytes, size_t count) {
  digested += count;
  while (count > 0) {
    size_t part = count;
    if (pass->length && part > pass->length - pass->filled) part = pass->length - pass->filled;
    if (!EVP_DigestUpdate(pass->context, bytes, part)) fail("EVP_DigestUpdate");
    pass->filled += part;
    bytes += part;
    count -= part;
    if (pass->filled == pass->length) {
      finish(pass);
      begin(pass, pass->length);
    }
  }
}

void end(struct pass *pass) {
  if (pass->length == 0 || pass->filled > 0) finish(pass);
}

uint64_t piece_length(uint64_t size, uint64_t base) {
  while ((size + base - 1) / base > MAX_PIECES) base *= 2;
  return base;
}
