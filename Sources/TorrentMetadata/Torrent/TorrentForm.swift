// SPDX-License-Identifier: Apache-2.0

/// The kinds of info dictionary.
public enum TorrentForm: String, Hashable, Sendable, CaseIterable {
  /// BEP 3: SHA-1 pieces that run over the borders of files.
  case v1
  /// BEP 52: a SHA-256 tree for each file.
  case v2
  /// Both in one dictionary, files aligned by padding (BEP 47).
  case hybrid

  /// Whether clients of BEP 3 can use it.
  public var hasV1: Bool { self != .v2 }
  /// Whether clients of BEP 52 can use its trees.
  public var hasV2: Bool { self != .v1 }
}
