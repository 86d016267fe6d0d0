// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// Bencoded bytes that were found well-formed and canonical (BEP 3), with the place of each value.
///
/// Nothing is copied out of the bytes, so a hash of a value is over the bytes as they were found.
public final class BencodeDocument: Sendable {
  /// The bytes as they came.
  public let bytes: [UInt8]
  /// What the bytes are called in messages.
  public let name: String
  /// All values in the order of the bytes; what a list or dictionary holds follows it.
  let tokens: [BencodeToken]

  /// Decodes `bytes`, which `name` stands for in messages.
  ///
  /// - Throws: `ArchiveError` with the byte offset, for anything that is not the one canonical form
  ///   of a value, for bytes after it, and for what is beyond a limit.
  public convenience init(
    _ bytes: [UInt8], name: String, limits: MetadataLimits = MetadataLimits()
  ) throws(ArchiveError) {
    try self.init(prefixOf: bytes, name: name, limits: limits)
    let rest = bytes.count - root.raw.count
    guard rest == 0 else {
      throw ArchiveError(
        .data, "\(rest) bytes after the value, expected the end",
        at: ArchiveError.Place(file: name, offset: UInt64(root.raw.count)))
    }
  }

  /// Decodes the value that `bytes` begin with, as a message does that has data after it (BEP 9).
  ///
  /// - Throws: `ArchiveError` as the other initialiser, but for bytes after the value.
  public init(
    prefixOf bytes: [UInt8], name: String, limits: MetadataLimits = MetadataLimits()
  ) throws(ArchiveError) {
    let scanned = bytes.withUnsafeBytes { buffer in
      Result { () throws(ArchiveError) in
        var scanner = BencodeScanner(buffer, name: name, limits: limits)
        try scanner.scan()
        return scanner.tokens
      }
    }
    tokens = try scanned.get()
    self.bytes = bytes
    self.name = name
  }

  /// The outermost value.
  public var root: BencodeValue { BencodeValue(document: self, index: 0) }
}

/// Where one value lies.
struct BencodeToken: BitwiseCopyable {
  /// Its first byte, which tells its kind.
  let start: UInt32
  /// The first byte of a string's text; of anything else the byte after the first.
  let body: UInt32
  /// The byte after it.
  var end: UInt32
  /// The token after it and all that it holds.
  var next: UInt32
}
