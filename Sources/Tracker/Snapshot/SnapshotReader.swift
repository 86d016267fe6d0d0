// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Reads what `SnapshotWriter` has written, up to the first thing that is wrong.
struct SnapshotReader {
  private let bytes: [UInt8]
  private let file: String
  private var offset = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// Reads what it begins with; returns when it was written, in seconds since 1970.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when this is no snapshot.
  mutating func header() throws(ArchiveError) -> UInt64 {
    let magic = SnapshotWriter.magic
    guard bytes.count >= magic.utf8CodeUnitCount,
      magic.withUTF8Buffer({ bytes.starts(with: $0) })
    else { throw damaged("this is no snapshot of swarms") }
    offset = magic.utf8CodeUnitCount
    return try number(UInt64.self)
  }

  /// Begins the next block; returns where it ends, nil at the end of the snapshot.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when it is cut short or damaged.
  mutating func block() throws(ArchiveError) -> Int? {
    let length = Int(try number(UInt32.self))
    if length == 0 { return nil }
    let checksum = try number(UInt64.self)
    guard length <= bytes.count - offset,
      SnapshotWriter.checksum.hash(Array(bytes[offset..<offset + length])) == checksum
    else { throw damaged("a block is cut short or damaged") }
    return offset + length
  }

  /// Whether the block that ends at `end` has another swarm.
  func hasMore(before end: Int) -> Bool { offset < end }

  /// Reads a swarm, without the peers that are older than `ages` allows.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when it is malformed.
  mutating func swarm(_ ages: Ages, seed: UInt64) throws(ArchiveError) -> Swarm {
    try need(SwarmID.byteCount)
    var swarm = Swarm(SwarmID(bytes.span.bytes, at: offset))
    offset += SwarmID.byteCount
    swarm.completions = try number(UInt32.self)
    try read(into: &swarm.v4, ages, seed: seed) {
      (reader: inout SnapshotReader) throws(ArchiveError) in
      IPAddress(v4: try reader.number(UInt32.self))
    }
    try read(into: &swarm.v6, ages, seed: seed) {
      (reader: inout SnapshotReader) throws(ArchiveError) in
      IPAddress(high: try reader.number(UInt64.self), low: try reader.number(UInt64.self))
    }
    return swarm
  }

  /// What age means for a peer that is read back.
  struct Ages {
    /// Since the snapshot was written, in ticks.
    let elapsed: UInt64
    let now: UInt8
    /// In ticks.
    let lifetime: UInt64
  }

  private mutating func read<Record: PeerRecord>(
    into list: inout PeerList<Record>, _ ages: Ages, seed: UInt64,
    address: (inout SnapshotReader) throws(ArchiveError) -> IPAddress
  ) throws(ArchiveError) {
    let seeds = try number(UInt32.self)
    let partialSeeds = try number(UInt32.self)
    let count = try number(UInt32.self)
    guard UInt64(seeds) + UInt64(partialSeeds) <= UInt64(count) else {
      throw damaged("a swarm has more seeds than peers")
    }
    for index in 0..<count {
      let endpoint = Endpoint(try address(&self), port: try number(UInt16.self))
      let isCounted = try number(UInt8.self) != 0
      let age = UInt64(try number(UInt8.self)) + ages.elapsed
      var peer = Record(endpoint)
      if age > ages.lifetime || list.find(peer, seed: seed) != nil { continue }
      peer.stamp = ages.now &- UInt8(clamping: age)
      peer.isCounted = isCounted
      let standing: PeerStanding =
        index < seeds ? .seed : index < seeds + partialSeeds ? .partialSeed : .downloader
      _ = list.add(peer, standing: standing, seed: seed)
    }
  }

  private mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(ArchiveError) -> Number {
    try need(MemoryLayout<Number>.size)
    defer { offset += MemoryLayout<Number>.size }
    return bytes.span.bytes.bigEndian(at: offset, as: type)
  }

  private func need(_ count: Int) throws(ArchiveError) {
    guard count <= bytes.count - offset else { throw damaged("the snapshot is cut short") }
  }

  private func damaged(_ reason: String) -> ArchiveError {
    ArchiveError(
      .data, reason, at: ArchiveError.Place(file: file, offset: UInt64(offset)),
      advice: "peers that are missing come back with their next announce")
  }
}
