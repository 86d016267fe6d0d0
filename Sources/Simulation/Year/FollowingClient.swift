// SPDX-License-Identifier: Apache-2.0

/// A client that updates its piece index after every so many runs, in each of the ways there are.
struct FollowingClient {
  /// What a run made of the index.
  struct Step {
    /// The run, from 1.
    var run: Int
    /// The member that the piece index gained, in bytes.
    var member: UInt64
    /// The piece index with it.
    var pieceIndex: UInt64
    /// The index of living contents alone, compressed.
    var livingIndex: UInt64
    /// Bytes of stanzas that came.
    var added: UInt64
    /// The run that numbered each content that went, and its stanza's bytes.
    var removed: [(born: Int, stanza: UInt64)]
    /// Compressed bytes of the member to its plain ones.
    var ratio: Double
  }

  /// Runs between two updates.
  let interval: Int
  private(set) var updates = 0
  private(set) var ranges: UInt64 = 0
  private(set) var whole: UInt64 = 0
  private(set) var differences: UInt64 = 0
  private(set) var merged: UInt64 = 0

  private var last = 0
  // Since the last update.
  private var appended: UInt64 = 0
  private var patches: UInt64 = 0
  private var plainPatches: UInt64 = 0
  private var patchCount = 0
  private var came: UInt64 = 0
  private var went: UInt64 = 0

  /// The client has the index as it is after run 0.
  init(interval: Int) { self.interval = interval }

  /// Sees what a run did, and updates when it is time to.
  mutating func follow(_ step: Step) {
    appended += step.member
    let count = UInt64(step.removed.count)
    patches += IndexDifferences.bytes(added: step.added, removed: count, ratio: step.ratio)
    plainPatches += IndexDifferences.bytes(added: step.added, removed: count, ratio: 1)
    patchCount += 1
    came += step.added
    for (born, stanza) in step.removed {
      // What came and went between two updates is in no merged difference.
      if born > last { came -= min(came, stanza) } else { went += 1 }
    }
    if step.run.isMultiple(of: interval) { update(step) }
  }

  private mutating func update(_ step: Step) {
    updates += 1
    ranges += appended
    whole += step.pieceIndex
    let list = IndexDifferences.listBytes(after: step.run)
    let isListed = patchCount <= IndexDifferences.kept
    // It compresses as those that it merges do.
    let ratio = Double(patches) / Double(max(1, plainPatches))
    let one = min(patches, IndexDifferences.bytes(added: came, removed: went, ratio: ratio))
    differences += list + (isListed ? min(patches, step.livingIndex) : step.livingIndex)
    merged += list + (isListed ? min(one, step.livingIndex) : step.livingIndex)
    last = step.run
    (appended, patches, plainPatches, patchCount, came, went) = (0, 0, 0, 0, 0, 0)
  }
}
