// SPDX-License-Identifier: Apache-2.0

private import ArchiveModel

/// Writes swarms down so that a restart loses none, a block at a time.
///
/// All numbers are big-endian:
///
///     "ATSWARM1" | written, seconds since 1970, 64
///     length 32 | checksum 64 | swarms                        each block
///     0 32                                                    the end
///
/// A swarm is `id 20 | completions 32 | IPv4 peers | IPv6 peers`, peers are
/// `seeds 32 | partial seeds 32 | all 32` and then for each, in this order,
/// `address 4 or 16 | port 16 | whether its completion was counted 8 | ticks since it was heard 8`.
/// The checksum, SipHash-2-4 with a key of zeros, is over the swarms.
public struct SnapshotWriter {
  static let magic: StaticString = "ATSWARM1"
  static let checksum = SipHash(key: (0, 0))

  private let now: UInt8

  /// Begins a snapshot; `now` is on the clock of the swarms.
  public init(at now: Moment) { self.now = now.tick }

  /// What it begins with; `written` is in seconds since 1970.
  public func header(written: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    Self.magic.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(bigEndian: written)
    return bytes
  }

  /// A block of all swarms of a table; empty when there are none.
  public func block(of table: SwarmTable) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(table.swarms.reduce(0) { $0 + Self.length(of: $1) })
    for swarm in table.swarms {
      bytes += swarm.id.infoHash?.bytes ?? []
      bytes.append(bigEndian: swarm.completions)
      append(swarm.v4, to: &bytes)
      append(swarm.v6, to: &bytes)
    }
    guard !bytes.isEmpty else { return [] }
    var head: [UInt8] = []
    head.append(bigEndian: UInt32(clamping: bytes.count))
    head.append(bigEndian: Self.checksum.hash(bytes))
    return head + bytes
  }

  /// What it ends with.
  public var trailer: [UInt8] { [0, 0, 0, 0] }

  private static func length(of swarm: Swarm) -> Int {
    48 + swarm.v4.count * 8 + swarm.v6.count * 20
  }

  private func append<Record>(_ list: PeerList<Record>, to bytes: inout [UInt8]) {
    bytes.append(bigEndian: UInt32(clamping: list.seedCount))
    bytes.append(bigEndian: UInt32(clamping: list.partialSeedCount))
    bytes.append(bigEndian: UInt32(clamping: list.count))
    withUnsafeTemporaryAllocation(byteCount: Record.compactLength, alignment: 8) { memory in
      for peer in list.records {
        var writer = ByteWriter(memory)
        peer.write(to: &writer)
        bytes.append(contentsOf: writer.written)
        bytes.append(peer.isCounted ? 1 : 0)
        bytes.append(now &- peer.stamp)
      }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }
}
