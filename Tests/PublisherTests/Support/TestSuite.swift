// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser

@testable import Publisher

/// An archive of one suite with unsigned indices, made for one test.
final class TestSuite: Sendable {
  let scratch: ScratchDirectory
  let root: ArchiveRoot
  let name: String

  init(_ name: String = "tester") throws {
    scratch = try ScratchDirectory()
    self.name = name
    try scratch.write("", to: "dists/\(name)/.keep")
    root = try ArchiveRoot(path: scratch.path)
  }

  static let date = "Sat, 17 May 2025 09:16:51 UTC"

  /// The text of a Release that lists `files`.
  static func release(_ files: [String: [UInt8]], head: String = "") throws -> String {
    var text = "Origin: Test\nCodename: tester\n\(head)Date: \(date)\nSHA256:\n"
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      text += " \(try SHA256Digest.hashing(bytes)) \(bytes.count) \(path)\n"
    }
    return text
  }

  /// Writes `files` and a Release that lists them and `absent` ones.
  @discardableResult
  func publish(
    _ files: [String: [UInt8]], absent: [String: [UInt8]] = [:], head: String = ""
  ) throws -> ReleaseFile {
    for (path, bytes) in files { try scratch.write(bytes, to: "dists/\(name)/\(path)") }
    let text = try Self.release(files.merging(absent) { $1 }, head: head)
    try scratch.write(text, to: "dists/\(name)/Release")
    return try ReleaseFile(Array(text.utf8), file: "Release")
  }

  /// Which indices a run would read.
  func selection(
    _ release: ReleaseFile, _ settings: SuiteSettings = SuiteSettings()
  ) throws -> IndexSelection {
    try IndexSelection(release: release, suite: name, root: root, settings: settings)
  }
}

/// A Packages stanza without its empty line.
func packagesStanza(
  _ name: String, architecture: String = "amd64", size: UInt64 = 100, more: String = ""
) throws -> String {
  """
  Package: \(name)
  Architecture: \(architecture)
  Filename: pool/\(name).deb
  Size: \(size)
  SHA256: \(try content(name, size: size).sha256)
  \(more)
  """
}
