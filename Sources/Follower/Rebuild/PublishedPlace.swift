// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import PackagesParser
package import ReleaseTrust

/// A directory in which the program has published a suite.
package struct PublishedPlace: Hashable, Sendable {
  /// The suite's directory.
  package let directory: String
  /// As messages name it.
  package let suite: String
  /// How the ledger names the tree.
  package let output: String
  /// Whether the archive's own indices were extended; an overlay otherwise.
  package let isInPlace: Bool
  package let trust: TrustPolicy

  /// The suite called `suite` in the tree `output`.
  package init(output: String, suite: String, isInPlace: Bool, trust: TrustPolicy) {
    directory = "\(output)/dists/\(suite)"
    self.suite = suite
    self.output = output
    self.isInPlace = isInPlace
    self.trust = trust
  }

  /// Every suite that was published in the overlay `output`: one that was left out would be numbered
  /// anew under the same publisher.
  ///
  /// - Throws: `ArchiveError` when it cannot be read.
  package static func all(
    inOverlay output: String, trust: TrustPolicy
  ) throws(ArchiveError) -> [PublishedPlace] {
    let sets = "\(output)/.sets"
    guard exists(sets) else { return [] }
    return try suites(below: sets).filter { exists("\(output)/dists/\($0)/Release") }.map {
      PublishedPlace(output: output, suite: $0, isInPlace: false, trust: trust)
    }
  }

  /// Directories that hold sets; suites such as `stable/updates` lie below those of `stable`.
  private static func suites(
    below sets: String, _ prefix: String = ""
  ) throws(ArchiveError) -> [String] {
    guard prefix.utf8.count <= ArchivePath.maximumLength else { return [] }
    var suites: [String] = []
    for name in try directoryEntries("\(sets)/\(prefix)") where !name.hasPrefix(".") {
      let path = "\(prefix)\(name)"
      guard exists("\(sets)/\(path)/."), linkTarget("\(sets)/\(path)") == nil else { continue }
      let isSuite = try directoryEntries("\(sets)/\(path)").contains {
        exists("\(sets)/\(path)/\($0)/Release")
      }
      if isSuite { suites.append(path) }
      if !exists("\(sets)/\(path)/Release") { suites += try self.suites(below: sets, path + "/") }
    }
    return suites
  }
}
