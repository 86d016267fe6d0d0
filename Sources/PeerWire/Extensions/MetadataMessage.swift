// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import TorrentMetadata

/// A part of an info dictionary asked for, given or refused (BEP 9): a bencoded dictionary, and after
/// that of a part given its bytes.
public enum MetadataMessage {
  /// `msg_type` 0.
  case request(part: UInt32)
  /// `msg_type` 1, with the size of the whole info dictionary.
  case data(part: UInt32, size: UInt64, UnsafeRawBufferPointer)
  /// `msg_type` 2.
  case reject(part: UInt32)
  /// A type that is not known; to be ignored.
  case unknown

  /// All parts but the last have this many bytes.
  public static let partBytes = 16 << 10

  /// Reads a message.
  ///
  /// - Throws: `WireError.malformedExtension`.
  public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
    // The dictionary of a part is 44 bytes and the digits of three numbers.
    let head = Array(bytes.prefix(Self.partBytes + 256))
    guard head.count == bytes.count, let (root, length) = Self.dictionary(head),
      let type = root["msg_type"]?.integer,
      let part = root["piece"]?.integer.flatMap({ UInt32(exactly: $0) })
    else { throw .malformedExtension("ut_metadata") }
    switch type {
    case 0: self = .request(part: part)
    case 1:
      guard let size = root["total_size"]?.integer.flatMap({ UInt64(exactly: $0) }) else {
        throw .malformedExtension("ut_metadata")
      }
      self = .data(part: part, size: size, UnsafeRawBufferPointer(rebasing: bytes[length...]))
    case 2: self = .reject(part: part)
    default: self = .unknown
    }
  }

  /// The dictionary at the start of `bytes` and its length.
  private static func dictionary(_ bytes: [UInt8]) -> (BencodeValue, Int)? {
    var limits = MetadataLimits()
    limits.depth = 4
    limits.tokens = 64
    guard
      let document = try? BencodeDocument(prefixOf: bytes, name: "ut_metadata", limits: limits),
      document.root.kind == .dictionary
    else { return nil }
    return (document.root, document.root.raw.count)
  }

  /// The message.
  public var encoded: [UInt8] {
    switch self {
    case .request(let part): Self.encode(0, part, size: nil)
    case .data(let part, let size, let bytes): Self.encode(1, part, size: size) + bytes
    case .reject(let part): Self.encode(2, part, size: nil)
    case .unknown: []
    }
  }

  private static func encode(_ type: UInt64, _ part: UInt32, size: UInt64?) -> [UInt8] {
    var values = [
      "msg_type": Bencode.integer(type), "piece": Bencode.integer(UInt64(part)),
    ]
    values["total_size"] = size.map { Bencode.integer($0) }
    return Bencode.dictionary(values)
  }
}
