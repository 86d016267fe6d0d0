// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire

/// The same bytes as an extended handshake, a message of BEP 9, one of BEP 11 and a
/// list of ranges. What is written again must be read as the same.
func fuzzPeerExtensions(_ bytes: [UInt8]) {
  extendedHandshake(bytes)
  metadata(bytes)
  exchange(bytes)
  ranges(bytes)
}

private func extendedHandshake(_ bytes: [UInt8]) {
  func read(_ bytes: [UInt8]) -> ExtendedHandshake? {
    try? exactly(bytes) { bytes throws(WireError) in
      try ExtendedHandshake(bytes, limits: WireLimits())
    }
  }
  guard var handshake = read(bytes) else { return }
  if let state = handshake.numbered { demand(state.floor <= state.next, "the floor is above") }
  // Text is cut and mended once it is read.
  (handshake.client, handshake.failure) = (nil, nil)
  demand(read(handshake.encoded) == handshake, "another handshake is read again")
}

private func metadata(_ bytes: [UInt8]) {
  let again: [UInt8]? = try? exactly(bytes) { bytes throws(WireError) in
    let message = try MetadataMessage(bytes)
    if case .data(_, _, let part) = message {
      demand(part.count <= bytes.count, "a part longer than the message")
    }
    return message.encoded
  }
  guard let again, !again.isEmpty else { return }
  let third: [UInt8]? = try? exactly(again) { bytes throws(WireError) in
    try MetadataMessage(bytes).encoded
  }
  demand(third == again, "another message is read again")
}

private func exchange(_ bytes: [UInt8]) {
  func read(_ bytes: [UInt8]) -> PeerExchange? {
    try? exactly(bytes) { bytes throws(WireError) in
      try PeerExchange(bytes, limits: WireLimits())
    }
  }
  guard let peers = read(bytes) else { return }
  demand(
    peers.added.count <= WireLimits().exchangedPeers
      && peers.dropped.count <= WireLimits().exchangedPeers, "too many peers")
  guard let again = read(peers.encoded) else { return demand(false, "it is not read again") }
  demand(
    Set(again.added) == Set(peers.added) && Set(again.dropped) == Set(peers.dropped),
    "other peers are read again")
}

private func ranges(_ bytes: [UInt8]) {
  var ranges: [PieceRange] = []
  guard PackedRanges.read(bytes, into: &ranges, limit: 100) else { return }
  demand(ranges.allSatisfy { $0.first <= $0.last }, "a range ends before it begins")
  demand(zip(ranges, ranges.dropFirst()).allSatisfy { $0.last < $1.first }, "ranges do not rise")
  var again: [UInt8] = []
  PackedRanges.append(ranges, to: &again)
  demand(again == bytes, "other bytes are written")
  // A bitmap of a large range is slow to look at, and a part of a set has 65,536 numbers.
  guard ranges.allSatisfy({ $0.last - $0.first < 1 << 18 }) else { return }
  let set = NumberSet(ranges)
  demand(set.count == ranges.reduce(0) { $0 + Int($1.last - $1.first) + 1 }, "another count")
  demand(NumberSet(set.ranges) == set, "another set")
}
