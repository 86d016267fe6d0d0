// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser

/// A set of published files while it is being put together, not yet visible to anyone.
protocol StagedSet: Sendable {
  /// The directory that will be the suite's.
  var staging: String { get }
  /// Names this output in the ledger.
  var output: String { get }
  /// The digests its Release lists.
  var algorithms: [DigestAlgorithm] { get }
  /// Whether its indices take the place of the archive's own.
  var isInPlace: Bool { get }

  /// The compressions an index is written in.
  func compressions(of source: IndexSource) -> [Compression]
  /// By-hash paths of files that the set lists and this run did not write.
  var carriedByHash: Set<String> { get }
  /// By-hash files of ours that are to stay, linked into the set.
  mutating func keepByHash(_ paths: [String]) throws
  /// The text of the new Release.
  func release(_ writer: ReleaseWriter, files: [String: OutputSums]) throws -> [UInt8]
  /// Makes the set visible in one step.
  mutating func swap() throws
  /// Removes what nobody needs any more.
  func prune() throws
}

extension StagedSet {
  var carriedByHash: Set<String> { [] }

  /// The by-hash paths of a file, relative to the suite.
  func byHashPaths(_ path: String, _ sums: OutputSums) -> [String] {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) + "/" } ?? ""
    return algorithms.compactMap { algorithm in
      sums.values[algorithm].map {
        "\(directory)by-hash/\(algorithm.releaseName)/\(Hex.string($0))"
      }
    }
  }
}
