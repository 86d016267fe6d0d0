// SPDX-License-Identifier: Apache-2.0

import ArchiveModel

@testable import Tracker

/// A snapshot of swarms: as it is, and as one block with a sum that is right. What is taken back can
/// be written down again.
func fuzzTrackerSnapshot(_ bytes: [UInt8]) {
  read(bytes)
  guard let first = bytes.first else { return }
  let block = Array(bytes.dropFirst())
  let head = SnapshotWriter(at: Moment(seconds: 0)).header(written: 1_000_000 - UInt64(first) * 60)
  read(head + big(UInt32(block.count)) + big(SnapshotWriter.checksum.hash(block)) + block)
}

private func read(_ snapshot: [UInt8]) {
  let tracker = SmallTracker()
  try? tracker.engine.readSnapshot(snapshot, file: "input", at: tracker.now, time: 1_000_000)
  var again: [UInt8] = []
  try? tracker.engine.writeSnapshot(at: tracker.now, time: 1_000_000) { again += $0 }
  let second = SmallTracker()
  let isRead: Void? = try? second.engine.readSnapshot(
    again, file: "again", at: second.now, time: 1_000_000)
  demand(isRead != nil, "what was written is not read")
}

private func big<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
