// SPDX-License-Identifier: Apache-2.0

#include <string.h>

#include "passes.h"

enum { HEIGHT = 63 };

typedef unsigned char node[32];

// Grown from the left: at `k` the root of a complete subtree of 2^k that waits for its sibling,
// where bit `k` of `count` is set.
struct tree {
  node nodes[HEIGHT + 1];
  uint64_t count;
};

static struct tree piece, file;
static struct {
  uint64_t leaves, count;
  int height;
} pieces;
static node padding[HEIGHT + 1];
static const EVP_MD *sha256;
static EVP_MD_CTX *context;

static void join(const node left, const node right, node parent) {
  node both[2];
  memcpy(both[0], left, sizeof both[0]);
  memcpy(both[1], right, sizeof both[1]);
  if (!EVP_DigestInit_ex(context, sha256, NULL) ||
      !EVP_DigestUpdate(context, both, sizeof both) || !EVP_DigestFinal_ex(context, parent, NULL))
    fail("EVP_Digest");
}

static void append(struct tree *tree, const node leaf) {
  int level = 0;
  node grown;
  memcpy(grown, leaf, sizeof grown);
  for (; tree->count >> level & 1; level++) join(tree->nodes[level], grown, grown);
  memcpy(tree->nodes[level], grown, sizeof grown);
  tree->count++;
}

// The root at `height`, padded with the roots of subtrees of `base` over zeros, and folded.
static void finish(struct tree *tree, int height, int base, node root) {
  int begun = tree->count >> height & 1, complete = begun;
  memcpy(root, tree->nodes[height], sizeof(node));
  for (int level = 0; level < height && !complete; level++) {
    if (tree->count >> level & 1)
      join(tree->nodes[level], begun ? root : padding[base + level], root);
    else if (begun)
      join(root, padding[base + level], root);
    else
      continue;
    begun = 1;
  }
  tree->count = 0;
  fold(root, sizeof(node));
}

static int height_over(uint64_t count) {
  int height = 0;
  while (height < HEIGHT && UINT64_C(1) << height < count) height++;
  return height;
}

void prepare_trees(void) {
  sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  context = EVP_MD_CTX_new();
  if (!sha256 || !context) fail("SHA256");
  for (int level = 0; level < HEIGHT; level++)
    join(padding[level], padding[level], padding[level + 1]);
}

void begin_tree(uint64_t size, uint64_t length) {
  pieces.count = (size + length - 1) / length;
  pieces.leaves = length / LEAF;
  // A single piece is only as high as its leaves need.
  pieces.height = height_over(pieces.count > 1 ? pieces.leaves : (size + LEAF - 1) / LEAF);
  piece.count = file.count = 0;
}

static void end_piece(void) {
  node root;
  finish(&piece, pieces.height, 0, root);
  if (pieces.count > 1) append(&file, root);
}

void take_leaf(const unsigned char *digest, size_t length) {
  (void)length;
  append(&piece, digest);
  if (piece.count == pieces.leaves) end_piece();
}

void end_tree(void) {
  node root;
  if (piece.count > 0) end_piece();
  if (pieces.count > 1) finish(&file, height_over(pieces.count), pieces.height, root);
}
