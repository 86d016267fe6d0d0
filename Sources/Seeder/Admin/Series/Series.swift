// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The samples of the last day; some 350 KB, however much is served.
struct Series: Sendable {
  /// A day of minutes.
  static let capacity = 1440
  /// More suites are told of as one.
  static let mostSuites = 16

  /// The oldest first.
  private(set) var samples: [Sample] = []
  /// Whose bytes the samples have, in the order in which they were first asked for.
  private(set) var suites: [String] = []
  /// What all others are called.
  static let others = "others"

  /// Adds a sample, with its bytes by suite.
  mutating func append(_ sample: Sample, suites bytes: [String: UInt64]) {
    var sample = sample
    for (suite, bytes) in bytes.sorted(by: { $0.key < $1.key }) where bytes > 0 {
      let slot = slot(of: suite)
      while sample.suites.count <= slot { sample.suites.append(0) }
      sample.suites[slot] += bytes
    }
    if samples.count >= Self.capacity { samples.removeFirst() }
    samples.append(sample)
  }

  private mutating func slot(of suite: String) -> Int {
    if let slot = suites.firstIndex(of: suite) { return slot }
    if suites.count < Self.mostSuites - 1 || suite == Self.others {
      suites.append(suite)
      return suites.count - 1
    }
    return slot(of: Self.others)
  }

  /// Bytes of a suite in a sample.
  func bytes(_ suite: Int, in sample: Sample) -> UInt64 {
    suite < sample.suites.count ? sample.suites[suite] : 0
  }

  /// The samples that end after `seconds` before `now`.
  func last(_ seconds: Int64, before now: ArchiveDate) -> ArraySlice<Sample> {
    let start = samples.firstIndex { $0.time.seconds > now.seconds - seconds } ?? samples.endIndex
    return samples[start...]
  }

  /// `value` summed up over the samples of the last `seconds`.
  func sum(
    _ seconds: Int64, before now: ArchiveDate, _ value: (Sample) -> UInt64
  ) -> UInt64 {
    last(seconds, before: now).reduce(0) { $0 + value($1) }
  }

  /// Whether `value` was above zero in each of the last `count` samples, all of which are there.
  func isLasting(_ count: Int, _ value: (Sample) -> UInt64) -> Bool {
    samples.count >= count && samples.suffix(count).allSatisfy { value($0) > 0 }
  }

  /// `value` a second over `columns` equal times up to `now`; nil where there is no sample.
  func columns(
    _ columns: Int, seconds: Int64, before now: ArchiveDate, _ value: (Sample) -> UInt64
  ) -> [Double?] {
    var sums = [(value: Double, seconds: Double)](repeating: (0, 0), count: columns)
    for sample in last(seconds, before: now) {
      let age = now.seconds - sample.time.seconds
      let column = columns - 1 - Int(max(0, age) * Int64(columns) / seconds)
      guard sums.indices.contains(column) else { continue }
      sums[column].value += Double(value(sample))
      sums[column].seconds += sample.seconds
    }
    return sums.map { $0.seconds > 0 ? $0.value / $0.seconds : nil }
  }
}
