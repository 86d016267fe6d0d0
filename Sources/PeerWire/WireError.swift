// SPDX-License-Identifier: Apache-2.0

/// Why a connection to a peer has to end.
public enum WireError: Error, Hashable, Sendable {
  /// The first byte is not that of BEP 3's handshake: an encrypted connection, or no peer at all.
  case protocolName
  /// A message is longer than any sound one, in bytes.
  case messageLength(UInt32)
  /// A message of this id has a length that it cannot have.
  case malformed(UInt8)
  /// An extension message of this name cannot be read.
  case malformedExtension(String)
  /// A message of this id came where it may not: a second have-all, or one that was not negotiated.
  case unexpected(UInt8)
  /// More small messages than anybody needs.
  case flood
  /// On a numbered torrent, the peer does not speak the dialect of numbered torrents.
  case notNumbered
  /// On a numbered torrent, the peer is of another generation.
  case generation(UInt64)
  /// The peer refuses us, in its own words.
  case refused(String)
}

extension WireError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .protocolName: "not the BitTorrent protocol, or encrypted"
    case .messageLength(let length): "a message of \(length) bytes"
    case .malformed(let id): "a malformed message of id \(id)"
    case .malformedExtension(let name): "a malformed \(name)"
    case .unexpected(let id): "a message of id \(id) that may not come here"
    case .flood: "too many messages"
    case .notNumbered: "this is a numbered torrent, which needs a client that knows them"
    case .generation(let generation): "generation \(generation) of a numbered torrent, not ours"
    case .refused(let reason): "refused: \(reason)"
    }
  }
}
