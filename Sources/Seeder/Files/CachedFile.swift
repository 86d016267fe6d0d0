// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages

/// A file, or a part of one, that answers to a request target; confined to one event loop.
final class CachedFile {
  /// The request target's bytes.
  let target: [UInt8]
  let file: OpenFile
  let place: Place
  /// The bytes of the file that are served: all of it, or a piece.
  let slice: Range<UInt64>
  let representation: Representation
  /// What a 200 and a 206 say, rendered for the first of them: peers need nothing of it.
  private(set) lazy var described = representation.described(now: made)
  private let made: HTTPDate
  /// Whether the target names bytes and not a file.
  let isCertain: Bool
  /// What was known of the archive when this was made; anything newer may say otherwise.
  let epoch: Int
  /// When the name was last seen to lead to this very file, in seconds of the worker's clock.
  var validated: Int64
  /// The suite that it is of; empty for none.
  let suite: String
  /// What was asked of it that `log` does not know yet.
  var demand = FileDemand()
  private let log: DemandLog

  /// Whether it was asked for since the cache last looked for room.
  var isRecent = true

  init(
    target: [UInt8], file: OpenFile, place: Place, slice: Range<UInt64>,
    representation: Representation, isCertain: Bool = false, epoch: Int, now: HTTPDate,
    validated: Int64, suite: String, log: DemandLog
  ) {
    self.target = target
    self.file = file
    self.place = place
    self.slice = slice
    self.representation = representation
    self.isCertain = isCertain
    self.epoch = epoch
    self.validated = validated
    self.suite = suite
    self.log = log
    made = now
  }

  deinit { log.add(demand, of: place, suite: suite) }

  /// Tells the log what was asked of it.
  func settle() {
    log.add(demand, of: place, suite: suite)
    demand = FileDemand()
  }

  /// The bytes of the file that `range` of what is served means.
  func inFile(_ range: Range<UInt64>) -> Range<UInt64> {
    slice.lowerBound + range.lowerBound..<slice.lowerBound + range.upperBound
  }
}
