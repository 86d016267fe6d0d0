// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What one piece is known by.
package struct PieceDigests: Equatable, Sendable {
  package let sha256: SHA256Digest
  /// As in the `pieces` of BEP 3.
  package let sha1: SHA1Digest
  /// Root over the piece's 16 KiB leaves: an entry of BEP 52's piece layer.
  package let subtree: SHA256Digest
}
