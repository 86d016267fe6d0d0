// SPDX-License-Identifier: Apache-2.0
// The same work as the stanza reader's in plain C: what the reader is measured against.
#ifndef CLINESCAN_H
#define CLINESCAN_H

#include <stddef.h>
#include <stdint.h>

/// Sums over all stanzas, so that two readers can be compared and no work is left out.
struct scan_sums {
  uint64_t stanzas;
  /// Values found, and the lengths of all of them.
  uint64_t fields;
  uint64_t value_bytes;
  /// Sizes, and the first words of the digests, where they were decoded.
  uint64_t size;
  uint64_t digests;
};

/// Splits `text` into lines and stanzas by memchr and notes where Package, Architecture, Filename,
/// Size and SHA256 lie, names in any case; with `decode` also decodes size and digest.
struct scan_sums scan_packages(const char *_Nonnull text, size_t length, int decode);

#endif
