// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc
internal import PackagesParser

/// How often packages are installed: a list in the form of popcon's `by_inst`.
///
/// A line is `rank name installations …`, or `name installations`; `#` begins a comment, and dashes
/// end the list.
package struct Popularity: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// From 1, the most installed.
    package let rank: UInt64
    package let installations: UInt64
  }

  private var entries: [String: Entry] = [:]
  /// Of the bytes it was read from.
  package let digest: SHA256Digest

  /// The entry of a package; nil when nobody is known to have it.
  package subscript(package: String) -> Entry? { entries[package] }

  /// Reads the file at `path`.
  ///
  /// - Throws: `ArchiveError` with the line, for a line that is none of these.
  package init(path: String) throws(ArchiveError) {
    let limit = ParserLimits().popularityBytes
    let file = try Descriptor.open(path)
    let size = Int(try file.status().st_size)
    guard size <= limit else {
      throw ArchiveError(
        .data, "larger than \(limit) bytes", at: ArchiveError.Place(file: path))
    }
    let bytes = try file.readAll(limit: size)
    try self.init(bytes, file: path)
  }

  /// Reads `bytes`, which `file` stands for in messages.
  ///
  /// - Throws: as the other.
  package init(_ bytes: [UInt8], file: String) throws(ArchiveError) {
    digest = try SHA256Digest.hashing(bytes)
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    {
      if line.first == 0x2D { break }
      let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if words.isEmpty || words[0].first == 0x23 { continue }
      guard let (name, entry) = Self.entry(words, rank: UInt64(entries.count + 1)) else {
        throw ArchiveError(
          .data, "expected 'rank name installations' or 'name installations'",
          at: ArchiveError.Place(file: file, line: UInt64(index + 1)))
      }
      // The first line of a package is the more popular one.
      if entries[name] == nil { entries[name] = entry }
    }
  }

  /// What a policy that asks for a list ends with where there is none.
  static let missing = ArchiveError(
    .configuration, "the policy asks how popular packages are",
    advice: "name a list as popcon's by_inst by Torrent-Popularity, or --popularity")

  private static func entry(
    _ words: [ArraySlice<UInt8>], rank: UInt64
  ) -> (name: String, entry: Entry)? {
    func number(_ word: ArraySlice<UInt8>) -> UInt64? { word.withUnsafeBytes { decimal($0) } }
    func text(_ word: ArraySlice<UInt8>) -> String { String(decoding: word, as: UTF8.self) }
    if words.count == 2, let count = number(words[1]) {
      return (text(words[0]), Entry(rank: rank, installations: count))
    }
    guard words.count > 2, let rank = number(words[0]), let count = number(words[2]) else {
      return nil
    }
    return (text(words[1]), Entry(rank: rank, installations: count))
  }
}
