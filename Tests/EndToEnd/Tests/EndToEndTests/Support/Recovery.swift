// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

extension ArchiveFixture {
  /// `archive-tool rebuild-ledger` with this archive's configuration.
  func rebuild(_ arguments: String...) throws -> Outcome {
    try Tool.command(
      ["rebuild-ledger", "--config", configuration, "--keyring", keys.operator_.keyring] + arguments
    ).run()
  }

  /// The ledger is lost: it lies elsewhere from now on.
  func loseLedger() throws { try Files.move(state, to: "\(directory)/lost-state") }

  /// What is published, but for signatures, which have a time in them.
  func publishedBytes() throws -> [String: String] {
    try TreeState.contents(of: published, without: ["InRelease", "Release.gpg"])
  }

  /// A mirror of `other`, in which this one's name for everything but the archive is its own.
  convenience init(mirroring other: ArchiveFixture) throws {
    try self.init(copying: other, as: Scratch.directory("mirror"))
  }

  /// Has this mirror be as `other` is.
  func sync(from other: ArchiveFixture) throws {
    try Files.remove(archive)
    try Files.copyTree(other.archive, to: archive)
    release = other.release
    indices = other.indices
  }

  /// Follows the publisher whose overlay is `source`; its own overlay is signed by a key of its own.
  func follow(_ source: String, _ lines: String = "") throws {
    try configure(
      "Follow: \(source)\nFollow-Keyring: \(keys.operator_.keyring)\n\(lines)",
      signKey: keys.foreign)
  }

  /// The piece indices that are published, by path.
  func pieceIndices() throws -> [String: [UInt8]] {
    let paths = try PublishedSet(published).files.keys.filter { $0.hasSuffix("-pieces.gz") }
    return Dictionary(
      uniqueKeysWithValues: try paths.map { ($0, try Files.read("\(published)/\($0)")) })
  }
}
