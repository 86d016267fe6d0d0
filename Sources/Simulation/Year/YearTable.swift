// SPDX-License-Identifier: Apache-2.0

/// What came of a simulated time.
package struct YearTable: Codable, Hashable, Sendable {
  /// The archive at the end of a day; day 0 is after the first run.
  package struct Day: Codable, Hashable, Sendable {
    package var day: Int
    package var files: Int
    /// Of all files.
    package var bytes: UInt64
    package var generation: Int
    package var floor: UInt32
    package var nextPiece: UInt32
    package var livePieces: UInt64
    /// What lives of the numbers from the floor on, in percent.
    package var liveShare: Double
    /// A bitfield of these numbers, in bytes (BEP 3).
    package var bitfieldBytes: UInt64
    /// The set of a mirror that has everything, as `numbered_have` says it.
    package var mirrorSetBytes: UInt64
    /// The set of a client that has some packages.
    package var clientSetBytes: UInt64
    package var pieceIndexBytes: UInt64
    /// What an index of living contents alone would have, compressed alike.
    package var livingIndexBytes: UInt64
  }

  /// A generation that took over from another.
  package struct GenerationChange: Codable, Hashable, Sendable {
    /// The new one's.
    package var generation: Int
    /// From 1.
    package var day: Int
    /// Of the day, from 1.
    package var run: Int
    /// What lived of the one before, in percent.
    package var liveShareBefore: Double
    /// The member that tells of all contents anew.
    package var memberBytes: UInt64
  }

  /// Bytes that a client fetched of the piece index, after its first copy.
  package struct Client: Codable, Hashable, Sendable {
    /// How often it updates.
    package var runsBetween: Int
    package var updates: Int
    /// Only what was appended, by Range.
    package var rangeBytes: UInt64
    /// The whole file each time.
    package var wholeBytes: UInt64
    /// As differences, each since the last update.
    package var differenceBytes: UInt64
    /// As one merged difference each time.
    package var mergedBytes: UInt64
  }

  package var settings: YearSettings
  package var days: [Day] = []
  package var generations: [GenerationChange] = []
  package var clients: [Client] = []
  /// Numbers given in all generations together.
  package var numbersGiven: UInt64 = 0
  /// Bytes of new versions and new packages, after the first run.
  package var changedBytes: UInt64 = 0

  init(settings: YearSettings) { self.settings = settings }
}
