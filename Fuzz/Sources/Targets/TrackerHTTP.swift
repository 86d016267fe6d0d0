// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import TorrentMetadata
import Tracker

/// What comes on a connection of a tracker, and the same as a query alone.
func fuzzTrackerHTTP(_ bytes: [UInt8]) {
  answer(bytes)
  for path in ["announce", "scrape"] {
    answer(Array("GET /\(path)?".utf8) + bytes + Array(" HTTP/1.1\r\n\r\n".utf8))
  }
}

/// Reads requests one after the other, as from a connection, and answers them.
private func answer(_ bytes: [UInt8]) {
  var tracker = SmallTracker()
  let now = tracker.now
  var rest = bytes[...]
  while !rest.isEmpty {
    let request = Array(rest)
    guard let head = try? RequestHead(request.span.bytes) else { return }
    demand(head.length > 0 && head.length <= request.count, "a head of \(head.length) bytes")
    let body = tracker.output { engine, session, output in
      engine.answer(
        head, of: request.span.bytes, from: IPAddress(v4: 0x0808_0808), at: now,
        engine.registry, &session, into: &output)
    }
    demand(body.first == UInt8(ascii: "d"), "no dictionary")
    demand((try? BencodeDocument(body, name: "answer")) != nil, "the answer is not bencode")
    rest = rest.dropFirst(head.length)
  }
}
