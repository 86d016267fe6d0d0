// SPDX-License-Identifier: Apache-2.0

// Usage: evp-passes BASE ROOT < NAMES
//
// The digests that the index and the torrents name, of the files below ROOT that standard input
// lists, each by a pass of its own over what was read last: SHA-256 of the file, SHA-256 and SHA-1
// of each piece, SHA-256 of each leaf of 16 KiB. BASE is the base piece size. Passes that would
// give what another gives are left out, as the format has it: over the pieces where a file is one
// piece, over the pieces where a piece is one leaf, over the file where it is one leaf.
// Prints files, bytes, bytes digested, and all digests xored into one.

#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAF = 16 << 10, CHUNK = 512 << 10, MAX_PIECES = 2048 };

// One digest that begins anew after every `length` bytes; 0 for never.
struct pass {
  const EVP_MD *algorithm;
  EVP_MD_CTX *context;
  uint64_t length, filled;
};

static uint64_t digested;
static unsigned char folded[EVP_MAX_MD_SIZE];

static void fail(const char *what) {
  perror(what);
  exit(74);
}

static struct pass new_pass(const char *algorithm) {
  struct pass pass = {EVP_MD_fetch(NULL, algorithm, NULL), EVP_MD_CTX_new(), 0, 0};
  if (!pass.algorithm || !pass.context) fail(algorithm);
  return pass;
}

static void begin(struct pass *pass, uint64_t length) {
  pass->length = length;
  pass->filled = 0;
  if (!EVP_DigestInit_ex(pass->context, pass->algorithm, NULL)) fail("EVP_DigestInit_ex");
}

static void finish(struct pass *pass) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (!EVP_DigestFinal_ex(pass->context, digest, &length)) fail("EVP_DigestFinal_ex");
  for (unsigned int i = 0; i < length; i++) folded[i] ^= digest[i];
}

static void update(struct pass *pass, const unsigned char *bytes, size_t count) {
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

static void end(struct pass *pass) {
  if (pass->length == 0 || pass->filled > 0) finish(pass);
}

int main(int count, char **arguments) {
  uint64_t base = count == 3 ? strtoull(arguments[1], NULL, 10) : 0;
  if (base < LEAF) {
    fprintf(stderr, "usage: evp-passes BASE ROOT < NAMES\n");
    return 64;
  }
  int root = open(arguments[2], O_RDONLY | O_DIRECTORY);
  if (root < 0) fail(arguments[2]);
  struct pass file = new_pass("SHA256"), piece = new_pass("SHA256"), legacy = new_pass("SHA1"),
              leaf = new_pass("SHA256");
  unsigned char *chunk = malloc(CHUNK);
  uint64_t files = 0, bytes = 0;
  char name[4096];
  while (fgets(name, sizeof name, stdin)) {
    name[strcspn(name, "\n")] = 0;
    struct stat status;
    int descriptor = openat(root, name, O_RDONLY);
    if (descriptor < 0 || fstat(descriptor, &status)) fail(name);
    uint64_t size = (uint64_t)status.st_size, length = base;
    while ((size + length - 1) / length > MAX_PIECES) length *= 2;
    struct pass *passes[4];
    int used = 0;
    begin(passes[used++] = &legacy, length);
    begin(passes[used++] = &leaf, LEAF);
    if (size > length && length > LEAF) begin(passes[used++] = &piece, length);
    if (size > LEAF) begin(passes[used++] = &file, 0);
    ssize_t got;
    while ((got = read(descriptor, chunk, CHUNK)) > 0) {
      for (int i = 0; i < used; i++) update(passes[i], chunk, (size_t)got);
      bytes += (uint64_t)got;
    }
    if (got < 0) fail(name);
    for (int i = 0; i < used; i++) end(passes[i]);
    close(descriptor);
    files++;
  }
  printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " ", files, bytes, digested);
  for (int i = 0; i < 32; i++) printf("%02x", folded[i]);
  printf("\n");
  return 0;
}
