// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// One file that a torrent names.
public struct TorrentFile: Hashable, Sendable {
  /// Below the torrent's directory; the name itself in a torrent of a single file.
  public let path: ArchivePath
  public let size: ByteCount
  /// What BEP 47 says of it.
  public let attributes: Attributes
  /// Root of its hash tree (BEP 52); none in a v1 torrent, and none for an empty file.
  public let root: SHA256Digest?

  /// The letters of `attr`; unknown ones mean nothing (BEP 47).
  public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `p`: zeros that move the next file to the beginning of a piece.
    public static let padding = Attributes(rawValue: 1)
    /// `x`.
    public static let executable = Attributes(rawValue: 2)
    /// `h`.
    public static let hidden = Attributes(rawValue: 4)
    /// `l`.
    public static let symbolicLink = Attributes(rawValue: 8)
  }

  /// Whether it is there for alignment only.
  public var isPadding: Bool { attributes.contains(.padding) }
}

extension TorrentFile.Attributes {
  /// Reads the letters of an `attr`.
  init(letters: ArraySlice<UInt8>) {
    self = []
    for letter in letters {
      switch letter {
      case UInt8(ascii: "p"): insert(.padding)
      case UInt8(ascii: "x"): insert(.executable)
      case UInt8(ascii: "h"): insert(.hidden)
      case UInt8(ascii: "l"): insert(.symbolicLink)
      default: break
      }
    }
  }
}
