// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// What one piece is known by; zeros stand for what its plan does not ask for.
struct PieceDigests: Equatable, Sendable {
  var sha256 = SHA256Digest.zero
  /// As in the `pieces` of BEP 3.
  var sha1 = SHA1Digest.zero
  /// Root over the piece's 16 KiB leaves: an entry of BEP 52's piece layer.
  var subtree = SHA256Digest.zero
}
