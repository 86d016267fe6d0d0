// SPDX-License-Identifier: Apache-2.0

/// The bounds of every parser in this module, all in one place.
///
/// Each is far above what sound objects hold and far below what would hurt a small machine.
public struct MetadataLimits: Hashable, Sendable {
  /// Largest torrent in bytes; one for a whole suite in both forms has 28 MB.
  public var torrentBytes = 64 << 20
  /// Deepest nesting of lists and dictionaries; a file tree is as deep as its paths.
  public var depth = 100
  /// Most bencoded values, at 16 bytes of memory each; a whole suite in both forms has 1.3 million.
  public var tokens = 4_000_000
  /// Longest bencoded string in bytes: the piece hashes are one string.
  public var stringBytes = 64 << 20
  /// Largest file a torrent or metalink may name, in bytes.
  public var fileBytes: UInt64 = 1 << 44
  /// Largest sum of a torrent's files, in bytes; libtorrent's own bound.
  public var totalBytes: UInt64 = 1 << 48
  /// Most bytes of all paths together: in a file tree a few bytes for each file would otherwise
  /// become a long path each.
  public var pathBytes = 32 << 20
  /// Largest piece length in bytes: 2,048 of them make the largest file.
  public var pieceBytes: UInt64 = 1 << 33
  /// Longest magnet link in bytes.
  public var magnetBytes = 64 << 10
  /// Largest metalink in bytes; the pieces of one file take 180 KB, and the library fails at 10 MB.
  public var metalinkBytes = 8 << 20
  /// Most files in one metalink.
  public var metalinkFiles = 10_000
  /// Most addresses of one metalink file.
  public var metalinkAddresses = 1_000
  /// Deepest nesting of elements in a metalink; the format needs five.
  public var elementDepth = 32
  /// Most elements of a metalink; the library takes some microseconds for each.
  public var elements = 250_000
  /// Most attributes of one element: the library compares each with all others.
  public var attributes = 64
  /// Most namespaces a metalink declares: the library searches all of them for each element.
  public var namespaces = 64
  /// Longest text of one metalink element in bytes.
  public var textBytes = 64 << 10
  /// Longest header value in bytes.
  public var headerBytes = 16 << 10

  /// The defaults.
  public init() {}
}
