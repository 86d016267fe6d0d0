// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import FuzzSupport
import PeerWire

/// libFuzzer's entry: what a peer connection begins with (BEP 3).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPeerHandshake(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(data, count)
  guard let handshake = try? exactly(bytes, { bytes throws(WireError) in try Handshake(bytes) })
  else { return 0 }
  demand(count >= Handshake.byteCount, "a handshake of \(count) bytes")
  var again: [UInt8] = []
  handshake.append(to: &again)
  demand(again.elementsEqual(bytes.prefix(Handshake.byteCount)), "other bytes are written")
  for length in 0..<Handshake.byteCount {
    let part = try? exactly(Array(bytes.prefix(length))) { bytes throws(WireError) in
      try Handshake(bytes)
    }
    demand(part == nil, "a handshake before all of it came")
  }
  return 0
}
