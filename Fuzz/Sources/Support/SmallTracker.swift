// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Tracker

/// A tracker with one numbered torrent, whose id is 20 letters `a`, and any others.
struct SmallTracker {
  let now = Moment(seconds: 1_000_000)
  let engine: TrackerEngine
  private var session = TrackerSession(seed: 1)

  init() {
    var random = SwarmRandom(seed: 1)
    engine = TrackerEngine(policy: TrackerPolicy(), registry: Self.registry, using: &random)
  }

  private static let registry: TorrentRegistry = {
    let id = SwarmID([UInt8](repeating: 0x61, count: 20).span.bytes, at: 0)
    var torrent = NumberedTorrent(id: id, name: "sid amd64")
    for content in 0..<100 as Range<UInt32> {
      guard let numbers = PieceNumberRange(first: PieceNumber(content * 5), count: 3) else {
        continue
      }
      torrent.append(numbers, content: content)
    }
    var builder = TorrentRegistry.Builder()
    builder.add(torrent)
    return TorrentRegistry(builder, isOpen: true)
  }()

  /// What `body` writes.
  mutating func output(
    _ body: (TrackerEngine, inout TrackerSession, inout ByteWriter) -> Void
  ) -> [UInt8] {
    // Memory of its own, so that the address sanitizer sees each step beyond it.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
    defer { memory.deallocate() }
    var writer = ByteWriter(memory)
    body(engine, &session, &writer)
    demand(!writer.isOverfull, "an answer too long")
    return Array(writer.written)
  }

  /// The answer to a datagram.
  mutating func answer(_ datagram: [UInt8], from source: IPAddress) -> [UInt8] {
    output { [now] engine, session, writer in
      engine.answer(
        datagram: datagram.span.bytes, from: source, at: now, engine.registry, &session,
        into: &writer)
    }
  }

  /// A connection id for `source`.
  mutating func connection(of source: IPAddress) -> [UInt8] {
    let magic: [UInt8] = [0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80]
    return Array(answer(magic + [0, 0, 0, 0, 0, 0, 0, 1], from: source).dropFirst(8))
  }
}
