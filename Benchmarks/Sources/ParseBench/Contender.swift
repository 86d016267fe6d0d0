// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One reader of the index, and the CPU seconds its runs took.
struct Contender {
  let name: String
  /// The names of those it is to be set in relation to.
  let comparedWith: [String]
  private let measure: () -> (seconds: Double, sums: Sums?)?
  private var seconds: [Double] = []
  private(set) var sums: Sums?

  /// `measure` does the work once; nil when that cannot be done here.
  init(
    _ name: String, comparedWith: [String] = [],
    measure: @escaping () -> (seconds: Double, sums: Sums?)?
  ) {
    self.name = name
    self.comparedWith = comparedWith
    self.measure = measure
  }

  mutating func run() {
    guard let result = measure() else { return }
    seconds.append(result.seconds)
    sums = result.sums
  }

  /// The median time, nil when there was no run.
  var median: Double? { seconds.isEmpty ? nil : seconds.sorted()[seconds.count / 2] }
}

/// What a reader found in all.
struct Sums: Equatable {
  var stanzas: UInt64 = 0
  var fields: UInt64 = 0
  var valueBytes: UInt64 = 0
  /// Of the sizes and of the digests; nil where they are not decoded.
  var size: UInt64?
  var digests: UInt64?

  /// Whether both found the same, as far as both have looked.
  func agrees(with other: Sums) -> Bool {
    stanzas == other.stanzas && fields == other.fields && valueBytes == other.valueBytes
      && (size == other.size || size == nil || other.size == nil)
      && (digests == other.digests || digests == nil || other.digests == nil)
  }
}

/// The CPU seconds that `body` takes on this thread.
func timed(_ body: () -> Sums) -> (seconds: Double, sums: Sums?) {
  let start = threadSeconds()
  let sums = body()
  return (threadSeconds() - start, sums)
}

private func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
