// SPDX-License-Identifier: Apache-2.0

/// Which files get objects of their own: conditions joined by `and`, alternatives by `or`.
///
///     Size >= 1M and Section games or Carries 80% of downloads
package struct TorrentPolicy: Hashable, Sendable {
  /// What a comparison asks of a number.
  package enum Comparison: String, Hashable, Sendable {
    case less = "<"
    case atMost = "<="
    case more = ">"
    case atLeast = ">="

    func holds(_ a: UInt64, _ b: UInt64) -> Bool {
      switch self {
      case .less: a < b
      case .atMost: a <= b
      case .more: a > b
      case .atLeast: a >= b
      }
    }
  }

  /// What a share is a share of.
  package enum Measure: String, Hashable, Sendable {
    /// Of the archive's bytes.
    case bytes
    /// Of the bytes that clients fetch: each file's, times its package's installations.
    case downloads
  }

  /// One thing asked of a file.
  package enum Condition: Hashable, Sendable {
    case any
    case size(Comparison, UInt64)
    case installations(Comparison, UInt64)
    case rank(Comparison, UInt64)
    /// Among the fewest files that have so many percent of it together.
    case carries(percent: Double, Measure)
    /// One of these, `*` and `?` standing for anything.
    case package([String])
    case source([String])
    case section([String])
    case priority([String])
    case architecture([String])
    case component([String])
  }

  /// A condition, or that it does not hold.
  package struct Term: Hashable, Sendable {
    package let condition: Condition
    package let isNegated: Bool
  }

  /// The file is chosen when all terms of one of them hold.
  package let alternatives: [[Term]]

  /// All of `conditions` at once.
  package init(all conditions: [Condition]) {
    alternatives = [conditions.map { Term(condition: $0, isNegated: false) }]
  }

  /// All of `conditions` at once, of packages that can be installed.
  package init(binariesAnd conditions: [Condition]) {
    alternatives = [
      conditions.map { Term(condition: $0, isNegated: false) }
        + [Term(condition: .architecture(["source"]), isNegated: true)]
    ]
  }

  init(alternatives: [[Term]]) { self.alternatives = alternatives }

  /// Whether a popularity file is needed to tell.
  package var needsPopularity: Bool {
    alternatives.joined().contains { term in
      switch term.condition {
      case .installations, .rank, .carries(_, .downloads): true
      default: false
      }
    }
  }

  /// This policy and `other` at once.
  package func and(_ other: TorrentPolicy) -> TorrentPolicy {
    TorrentPolicy(
      alternatives: alternatives.flatMap { mine in other.alternatives.map { mine + $0 } })
  }
}
