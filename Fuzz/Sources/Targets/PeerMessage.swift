// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire

/// Messages one after the other, as from a peer.
func fuzzPeerMessage(_ bytes: [UInt8]) {
  var rest = bytes[...]
  while let length = message(Array(rest)) { rest = rest.dropFirst(length) }
}

/// The bytes of the message at the start of `bytes`; nil where there is none.
private func message(_ bytes: [UInt8]) -> Int? {
  var consumed = 0
  let written: [UInt8]?? = try? exactly(bytes) { bytes throws(WireError) in
    guard let message = try Message(bytes, consumed: &consumed, limits: WireLimits()) else {
      return nil
    }
    if case .unknown = message { return [UInt8]?.none }
    var again: [UInt8] = []
    message.append(to: &again)
    return again
  }
  demand(consumed >= 0 && consumed <= bytes.count, "\(consumed) bytes were consumed")
  guard let written else { return nil }
  guard consumed > 0 else { return nil }
  if let written {
    demand(written.elementsEqual(bytes.prefix(consumed)), "other bytes are written")
  }
  var none = 0
  let part: Bool? = try? exactly(Array(bytes.prefix(consumed - 1))) { bytes throws(WireError) in
    try Message(bytes, consumed: &none, limits: WireLimits()) != nil
  }
  demand(part == false && none == 0, "a message before all of it came")
  return consumed
}
