// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Tracker

/// A datagram to a tracker, as it is and with a connection id that is good.
func fuzzTrackerUDP(_ bytes: [UInt8]) {
  for source in [IPAddress(v4: 0x0808_0808), IPAddress(high: 0x2001_0DB8 << 32, low: 1)] {
    var tracker = SmallTracker()
    let stranger = tracker.answer(bytes, from: source)
    demand(stranger.count <= bytes.count, "more bytes out than in")
    let id = tracker.connection(of: source)
    let answer = tracker.answer(id + bytes.dropFirst(id.count), from: source)
    if bytes.count < UDPHeader.byteCount {
      demand(answer.isEmpty, "an answer to less than a header")
    } else if !answer.isEmpty {
      demand(answer.count >= 8 && answer.count <= 1232, "an answer of \(answer.count) bytes")
      demand(answer[4..<8] == bytes[12..<16], "another transaction")
    }
  }
}
