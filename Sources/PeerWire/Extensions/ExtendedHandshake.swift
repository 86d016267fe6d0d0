// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import TorrentMetadata

/// The extended handshake (BEP 10), a bencoded dictionary; it may come again and then changes what it
/// names.
public struct ExtendedHandshake: Hashable, Sendable {
  /// `m`: which number the sender wants each extension to come under; 0 turns one off.
  public var numbers: [ExtensionName: UInt8] = [:]
  /// `p`: the port on which the sender listens.
  public var port: UInt16?
  /// `reqq`: how many requests the sender keeps.
  public var requests: UInt32?
  /// `metadata_size` (BEP 9): bytes of the info dictionary.
  public var metadataSize: UInt64?
  /// `upload_only` (BEP 21): the sender wants nothing.
  public var isUploadOnly: Bool?
  /// `v`: the sender's name and version.
  public var client: String?
  /// `yourip`: the receiver's address as the sender sees it, 4 or 16 bytes.
  public var yourAddress: [UInt8]?
  /// `numbered`: on a numbered torrent.
  public var numbered: NumberedState?
  /// `failure reason`: the sender will close the connection, and says why.
  public var failure: String?

  public init() {}

  /// Reads the dictionary; keys that are not known are skipped, and so are values of a kind that they
  /// should not have, for clients differ.
  ///
  /// - Throws: `WireError.malformedExtension` for what is no dictionary, or a `numbered` that is
  ///   malformed.
  public init(_ bytes: UnsafeRawBufferPointer, limits: WireLimits) throws(WireError) {
    guard bytes.count <= limits.extendedHandshakeBytes,
      let root = BencodeDocument.peer(Array(bytes))?.root, root.kind == .dictionary
    else { throw .malformedExtension("extended handshake") }
    for name in ExtensionName.allCases {
      if let number = root["m"]?[name.key]?.integer, let number = UInt8(exactly: number) {
        numbers[name] = number
      }
    }
    port = root["p"]?.integer.flatMap { UInt16(exactly: $0) }
    requests = root["reqq"]?.integer.flatMap { UInt32(exactly: $0) }
    metadataSize = root["metadata_size"]?.integer.flatMap { UInt64(exactly: $0) }
    isUploadOnly = root["upload_only"]?.integer.map { $0 != 0 }
    client = root["v"]?.string.map { String(decoding: $0.prefix(128), as: UTF8.self) }
    yourAddress = root["yourip"]?.string.map { Array($0) }
    failure = root["failure reason"]?.string.map { String(decoding: $0.prefix(256), as: UTF8.self) }
    if let value = root["numbered"] { numbered = try NumberedState(value) }
  }

  /// The dictionary.
  public var encoded: [UInt8] {
    var values: [String: [UInt8]] = [:]
    if !numbers.isEmpty || failure == nil {
      let pairs = numbers.map { ($0.key.key, Bencode.integer(UInt64($0.value))) }
      values["m"] = Bencode.dictionary(Dictionary(uniqueKeysWithValues: pairs))
    }
    values["p"] = port.map { Bencode.integer(UInt64($0)) }
    values["reqq"] = requests.map { Bencode.integer(UInt64($0)) }
    values["metadata_size"] = metadataSize.map { Bencode.integer($0) }
    values["upload_only"] = isUploadOnly.map { Bencode.integer($0 ? 1 : 0) }
    values["v"] = client.map { Bencode.string($0) }
    values["yourip"] = yourAddress.map { Bencode.string($0) }
    values["numbered"] = numbered?.encoded
    values["failure reason"] = failure.map { Bencode.string($0) }
    return Bencode.dictionary(values)
  }
}

extension ExtendedHandshake {
  /// Takes over what a later handshake says (BEP 10: what it leaves out stays).
  mutating func merge(_ later: ExtendedHandshake) {
    numbers.merge(later.numbers) { $1 }
    port = later.port ?? port
    requests = later.requests ?? requests
    metadataSize = later.metadataSize ?? metadataSize
    isUploadOnly = later.isUploadOnly ?? isUploadOnly
    client = later.client ?? client
    yourAddress = later.yourAddress ?? yourAddress
    numbered = later.numbered ?? numbered
  }
}

extension NumberedState {
  fileprivate init(_ value: BencodeValue) throws(WireError) {
    guard let generation = value["generation"]?.integer.flatMap({ UInt64(exactly: $0) }),
      let next = value["next"]?.integer.flatMap({ UInt32(exactly: $0) }),
      let floor = value["floor"]?.integer.flatMap({ UInt32(exactly: $0) }), floor <= next
    else { throw .malformedExtension("numbered") }
    self.init(
      generation: generation, next: next, floor: floor,
      isMirror: value["mirror"]?.integer == 1)
  }

  fileprivate var encoded: [UInt8] {
    var values = [
      "generation": Bencode.integer(generation), "next": Bencode.integer(UInt64(next)),
      "floor": Bencode.integer(UInt64(floor)),
    ]
    if isMirror { values["mirror"] = Bencode.integer(1) }
    return Bencode.dictionary(values)
  }
}

extension BencodeDocument {
  /// What a peer sent, within the bounds that a message needs; nil where it is not one canonical value.
  static func peer(_ bytes: [UInt8]) -> BencodeDocument? {
    var limits = MetadataLimits()
    limits.depth = 8
    limits.tokens = 1_024
    return try? BencodeDocument(bytes, name: "peer", limits: limits)
  }
}
