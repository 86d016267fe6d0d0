// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
private import Glibc
internal import PackagesParser

/// What a policy chooses of the files of a suite, and how much of the suite that is.
package struct Choice: Sendable {
  /// Positions of the chosen files, ascending.
  package private(set) var chosen: [Int] = []
  package private(set) var coverage = Coverage()

  /// How much is covered; `--json` prints it as it is.
  package struct Coverage: Codable, Hashable, Sendable {
    package var files = 0
    package var allFiles = 0
    package var bytes: UInt64 = 0
    package var allBytes: UInt64 = 0
    /// Bytes times installations, in percent of the same of all files; nil when nobody counted.
    package var downloadShare: Double?

    package init() {}

    /// Both together; shares of different downloads have no sum.
    package static func + (a: Coverage, b: Coverage) -> Coverage {
      if a.allFiles == 0 { return b }
      var sum = a
      sum.files += b.files
      sum.allFiles += b.allFiles
      sum.bytes += b.bytes
      sum.allBytes += b.allBytes
      sum.downloadShare = nil
      return sum
    }

    /// In percent of all bytes.
    package var byteShare: Double {
      allBytes == 0 ? 0 : Double(bytes) * 100 / Double(allBytes)
    }
  }

  /// Applies `policy` to `files`, each of which stands for a content of its own.
  ///
  /// - Throws: `ArchiveError` when the policy asks for a popularity that is not given.
  package init(
    _ policy: TorrentPolicy, of files: [PackageFile], popularity: Popularity?
  ) throws(ArchiveError) {
    if policy.needsPopularity, popularity == nil { throw Popularity.missing }
    let weights = files.map { Self.weight($0, popularity) }
    var carriers: [TorrentPolicy.Condition: Set<Int>] = [:]
    for case .carries(let percent, let measure) in policy.alternatives.joined().map(\.condition) {
      let amounts =
        measure == .downloads ? weights : files.map { Double($0.content.size.rawValue) }
      carriers[.carries(percent: percent, measure)] = Self.carriers(amounts, percent, files)
    }
    for (position, file) in files.enumerated() {
      let isChosen = policy.alternatives.contains { terms in
        terms.allSatisfy { term in
          let holds =
            carriers[term.condition]?.contains(position)
            ?? term.condition.holds(file, popularity?[file.package])
          return holds != term.isNegated
        }
      }
      if isChosen { chosen.append(position) }
    }
    measure(files, weights, hasPopularity: popularity != nil)
  }

  private mutating func measure(
    _ files: [PackageFile], _ weights: [Double], hasPopularity: Bool
  ) {
    coverage.files = chosen.count
    coverage.allFiles = files.count
    coverage.bytes = chosen.reduce(0) { $0 + files[$1].content.size.rawValue }
    coverage.allBytes = files.reduce(0) { $0 + $1.content.size.rawValue }
    let all = weights.reduce(0, +)
    if hasPopularity, all > 0 {
      coverage.downloadShare = chosen.reduce(0) { $0 + weights[$1] } * 100 / all
    }
  }

  /// Sources are not counted by those who count installations.
  private static func weight(_ file: PackageFile, _ popularity: Popularity?) -> Double {
    guard file.architecture != "source", let entry = popularity?[file.package] else { return 0 }
    return Double(file.content.size.rawValue) * Double(entry.installations)
  }

  /// The fewest positions that have `percent` of the sum: the largest amounts.
  private static func carriers(
    _ amounts: [Double], _ percent: Double, _ files: [PackageFile]
  ) -> Set<Int> {
    let wanted = amounts.reduce(0, +) * percent / 100
    let order = amounts.indices.sorted { a, b in
      amounts[a] != amounts[b]
        ? amounts[a] > amounts[b] : files[a].content.sha256 < files[b].content.sha256
    }
    var sum = 0.0
    var chosen: Set<Int> = []
    for position in order {
      guard sum < wanted, amounts[position] > 0 else { break }
      sum += amounts[position]
      chosen.insert(position)
    }
    return chosen
  }
}

extension TorrentPolicy.Condition {
  /// Whether it holds of a file by itself.
  fileprivate func holds(_ file: PackageFile, _ popularity: Popularity.Entry?) -> Bool {
    switch self {
    case .any: true
    case .size(let comparison, let bytes): comparison.holds(file.content.size.rawValue, bytes)
    case .installations(let comparison, let number):
      comparison.holds(popularity?.installations ?? 0, number)
    case .rank(let comparison, let number): comparison.holds(popularity?.rank ?? .max, number)
    case .carries: false
    case .package(let patterns): Self.matches(patterns, file.package)
    case .source(let patterns): Self.matches(patterns, file.source)
    case .section(let patterns):
      // `games` is also `non-free/games` (policy 2.4).
      Self.matches(patterns, file.section)
        || Self.matches(patterns, file.section.split(separator: "/").last.map(String.init) ?? "")
    case .priority(let patterns): Self.matches(patterns, file.priority)
    case .architecture(let patterns): Self.matches(patterns, file.architecture)
    case .component(let patterns): Self.matches(patterns, file.location.component)
    }
  }

  private static func matches(_ patterns: [String], _ text: String) -> Bool {
    patterns.contains { fnmatch($0, text, 0) == 0 }
  }
}
