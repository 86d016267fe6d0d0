// SPDX-License-Identifier: Apache-2.0

/// What the torrent of a connection is, for its rules differ.
public enum SwarmKind: Hashable, Sendable {
  /// BEP 3 or BEP 52, with so many pieces; nil while its metadata is not known (BEP 9).
  case standard(pieces: UInt32?)
  /// A numbered torrent, as we know it.
  case numbered(NumberedState)
}
