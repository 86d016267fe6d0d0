// SPDX-License-Identifier: Apache-2.0

// Usage: evp-passes [--hashes LIST] BASE ROOT < NAMES
//
// The digests that the index and the torrents name, of the files below ROOT that standard input
// lists, each by a pass of its own over what was read last. BASE is the base piece size. LIST is
// of `file`, SHA-256 of the file; `sha256` and `sha1`, of each piece; `btmh`, SHA-256 of each leaf
// of 16 KiB and the tree above the leaves; all of them unless given. With `none` every byte is
// read, and xored instead.
// Passes that would give what another gives are left out, as the format has it: over the pieces
// where a file is one piece, over the pieces where a piece is one leaf, over the file where it is
// one leaf.
// Prints files, bytes, bytes digested, and all digests xored into one; of a tree these are its
// root and, of a file of several pieces, the root of each piece.

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "passes.h"

enum { CHUNK = 512 << 10 };

// What LIST may name.
enum { FILE_HASH = 1, PIECES = 2, LEGACY = 4, TREE = 8 };

static const struct {
  const char *name;
  unsigned hashes;
} words[] = {
    {"file", FILE_HASH}, {"sha256", PIECES}, {"sha1", LEGACY}, {"btmh", TREE}, {"none", 0}};

static unsigned parse_hashes(char *list) {
  unsigned hashes = 0;
  for (char *word = strtok(list, ","); word; word = strtok(NULL, ",")) {
    size_t i = 0;
    while (i < sizeof words / sizeof *words && strcmp(word, words[i].name)) i++;
    if (i == sizeof words / sizeof *words) {
      fprintf(stderr, "evp-passes: unknown hash: %s\n", word);
      exit(64);
    }
    hashes |= words[i].hashes;
  }
  return hashes;
}

// Touches all bytes, which must be followed by room for 31 more.
static void xor_bytes(unsigned char *bytes, size_t count) {
  uint64_t sum[4] = {0}, words[4];
  memset(bytes + count, 0, 31);
  for (size_t i = 0; i < count; i += sizeof words) {
    memcpy(words, bytes + i, sizeof words);
    for (int k = 0; k < 4; k++) sum[k] ^= words[k];
  }
  fold((unsigned char *)sum, sizeof sum);
}

int main(int count, char **arguments) {
  unsigned hashes = FILE_HASH | PIECES | LEGACY | TREE;
  if (count > 2 && !strcmp(arguments[1], "--hashes")) {
    hashes = parse_hashes(arguments[2]);
    count -= 2;
    arguments += 2;
  }
  uint64_t base = count == 3 ? strtoull(arguments[1], NULL, 10) : 0;
  if (base < LEAF) {
    fprintf(stderr, "usage: evp-passes [--hashes LIST] BASE ROOT < NAMES\n");
    return 64;
  }
  int root = open(arguments[2], O_RDONLY | O_DIRECTORY);
  if (root < 0) fail(arguments[2]);
  struct pass file = new_pass("SHA256", fold), piece = new_pass("SHA256", fold),
              legacy = new_pass("SHA1", fold), leaf = new_pass("SHA256", take_leaf);
  prepare_trees();
  unsigned char *chunk = malloc(CHUNK + 31);
  if (!chunk) fail("malloc");
  uint64_t files = 0, bytes = 0;
  char name[4096];
  while (fgets(name, sizeof name, stdin)) {
    name[strcspn(name, "\n")] = 0;
    struct stat status;
    int descriptor = openat(root, name, O_RDONLY);
    if (descriptor < 0 || fstat(descriptor, &status)) fail(name);
    uint64_t size = (uint64_t)status.st_size, length = piece_length(size, base);
    unsigned tree = size > 0 ? hashes & TREE : 0;
    struct pass *passes[4];
    int used = 0;
    if (hashes & LEGACY) begin(passes[used++] = &legacy, length);
    if (tree) begin(passes[used++] = &leaf, LEAF);
    if (hashes & PIECES && size > length && (length > LEAF || !tree))
      begin(passes[used++] = &piece, length);
    if (hashes & FILE_HASH && (size > LEAF || !tree)) begin(passes[used++] = &file, 0);
    if (tree) begin_tree(size, length);
    ssize_t got;
    while ((got = read(descriptor, chunk, CHUNK)) > 0) {
      for (int i = 0; i < used; i++) update(passes[i], chunk, (size_t)got);
      if (!hashes) xor_bytes(chunk, (size_t)got);
      bytes += (uint64_t)got;
    }
    if (got < 0) fail(name);
    for (int i = 0; i < used; i++) end(passes[i]);
    if (tree) end_tree();
    close(descriptor);
    files++;
  }
  printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " ", files, bytes, digested);
  for (int i = 0; i < 32; i++) printf("%02x", folded[i]);
  printf("\n");
  return 0;
}
