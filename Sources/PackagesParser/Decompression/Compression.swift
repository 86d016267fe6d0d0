// SPDX-License-Identifier: Apache-2.0

/// The forms in which an archive publishes one index.
public enum Compression: String, CaseIterable, Sendable {
  case none
  case gzip
  case bzip2
  case xz
  case zstd

  /// The file name extension with its dot.
  public var suffix: String {
    switch self {
    case .none: ""
    case .gzip: ".gz"
    case .bzip2: ".bz2"
    case .xz: ".xz"
    case .zstd: ".zst"
    }
  }

  /// Cheapest to read first: gzip decodes four times as fast as xz, bzip2 is slowest by far.
  public static let byReadingCost: [Compression] = [.none, .zstd, .gzip, .xz, .bzip2]

  /// The compression a file name ends in, and the name without it.
  public static func split(_ name: Substring) -> (base: Substring, compression: Compression) {
    for compression in allCases where compression != .none && name.hasSuffix(compression.suffix) {
      return (name.dropLast(compression.suffix.count), compression)
    }
    return (name, .none)
  }
}
