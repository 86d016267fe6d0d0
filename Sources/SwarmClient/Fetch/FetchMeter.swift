// SPDX-License-Identifier: Apache-2.0

package import Synchronization

/// Counts what a fetch has done, for whoever looks: every counter only grows.
package final class FetchMeter: Sendable {
  /// Where bytes came from, or what became of them.
  package struct Counts: Codable, Hashable, Sendable {
    /// Of all files together.
    package var bytesWanted: UInt64 = 0
    /// Found on disk: whole files, and what an earlier run had left.
    package var bytesPresent: UInt64 = 0
    /// Verified or not, as they came from peers.
    package var bytesFromPeers: UInt64 = 0
    package var bytesFromWebSeeds: UInt64 = 0
    /// Of these two, what was of no use: wrong, or there already.
    package var bytesWasted: UInt64 = 0
    /// Sent to peers.
    package var bytesUploaded: UInt64 = 0
    package var files: UInt64 = 0
    package var filesDone: UInt64 = 0

    /// Nothing yet.
    package init() {}

    /// Bytes of the files that are on disk.
    package var bytesDone: UInt64 {
      let came = bytesPresent + bytesFromPeers + bytesFromWebSeeds
      return min(bytesWanted, came - min(came, bytesWasted))
    }
  }

  package let wanted = Atomic<UInt64>(0)
  package let present = Atomic<UInt64>(0)
  package let fromPeers = Atomic<UInt64>(0)
  package let fromWebSeeds = Atomic<UInt64>(0)
  package let wasted = Atomic<UInt64>(0)
  package let uploaded = Atomic<UInt64>(0)
  package let files = Atomic<UInt64>(0)
  package let filesDone = Atomic<UInt64>(0)

  /// All at zero.
  package init() {}

  /// What was counted so far.
  package var counts: Counts {
    var counts = Counts()
    counts.bytesWanted = wanted.load(ordering: .relaxed)
    counts.bytesPresent = present.load(ordering: .relaxed)
    counts.bytesFromPeers = fromPeers.load(ordering: .relaxed)
    counts.bytesFromWebSeeds = fromWebSeeds.load(ordering: .relaxed)
    counts.bytesWasted = wasted.load(ordering: .relaxed)
    counts.bytesUploaded = uploaded.load(ordering: .relaxed)
    counts.files = files.load(ordering: .relaxed)
    counts.filesDone = filesDone.load(ordering: .relaxed)
    return counts
  }
}

extension Atomic where Value == UInt64 {
  /// Adds, in no order with anything else.
  package borrowing func count(_ amount: UInt64) { wrappingAdd(amount, ordering: .relaxed) }
}
