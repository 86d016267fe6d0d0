// SPDX-License-Identifier: Apache-2.0

/// The bounds of every parser in this module, all in one place.
///
/// Each is far above what real archives hold and far below what would hurt a small machine.
public struct ParserLimits: Hashable, Sendable {
  /// Largest stanza in bytes. Real ones reach 76 KB; apt itself gives up at 1 MiB.
  public var stanzaBytes = 8 << 20
  /// Largest decompressed index in bytes; sid's main Packages has 60 MB.
  public var indexBytes: UInt64 = 4 << 30
  /// Largest compressed index in bytes.
  public var compressedBytes: UInt64 = 1 << 30
  /// Largest Release or InRelease in bytes; apt's own limit is 10 MB.
  public var releaseBytes = 10_000_000
  /// Most entries in one hash section of a Release; Debian's have about 700.
  public var releaseEntries = 100_000
  /// Largest configuration or header file in bytes.
  public var configurationBytes = 1 << 20
  /// Largest list of popular packages in bytes; popcon's by_inst has 17 MB.
  public var popularityBytes = 128 << 20
  /// Most records in one Checksums-Sha256 field.
  public var sourceRecords = 10_000
  /// Largest file an index may name, in bytes.
  public var fileBytes: UInt64 = 1 << 44
  /// Memory the xz decoder may take; the largest preset needs 65 MiB.
  public var xzMemory: UInt64 = 128 << 20
  /// Largest zstd window as a power of two.
  public var zstdWindowLog: Int32 = 27

  /// The defaults.
  public init() {}
}
