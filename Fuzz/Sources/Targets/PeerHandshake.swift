// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire

/// What a peer connection begins with (BEP 3).
func fuzzPeerHandshake(_ bytes: [UInt8]) {
  guard let handshake = try? exactly(bytes, { bytes throws(WireError) in try Handshake(bytes) })
  else { return }
  demand(bytes.count >= Handshake.byteCount, "a handshake of \(bytes.count) bytes")
  var again: [UInt8] = []
  handshake.append(to: &again)
  demand(again.elementsEqual(bytes.prefix(Handshake.byteCount)), "other bytes are written")
  for length in 0..<Handshake.byteCount {
    let part = try? exactly(Array(bytes.prefix(length))) { bytes throws(WireError) in
      try Handshake(bytes)
    }
    demand(part == nil, "a handshake before all of it came")
  }
}
