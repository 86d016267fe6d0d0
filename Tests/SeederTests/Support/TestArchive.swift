// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import Foundation

/// An archive with an overlay in a temporary directory, removed with its owner.
final class TestArchive: Sendable {
  let directory: String

  /// A file name with what apt sends percent-encoded, and bytes of which no two runs are alike.
  static let package = "pool/main/f/foo/foo_1.0~rc1+b1_amd64.deb"
  static let packageBytes = Data((0..<10000).map { UInt8($0 % 251) ^ UInt8($0 >> 8) })
  /// More than the socket buffers of both sides hold, of zeros that take no room on the disk.
  static let large = "pool/main/l/large.deb"
  static let largeSize = 48 * 1024 * 1024

  init() throws {
    let base = FileManager.default.temporaryDirectory.path
    directory = "\(base)/seeder-tests-\(UUID().uuidString)"
    try write("archive/dists/bookworm/InRelease", Data("of the archive\n".utf8))
    try link("archive/dists/stable", to: "bookworm")
    try write("archive/dists/bookworm/Packages.gz", Data([0x1F, 0x8B]))
    try write("archive/dists/bookworm/empty", Data())
    try write("archive/\(Self.package)", Self.packageBytes)
    try write("archive/\(Self.large)", Data())
    try FileHandle(forWritingTo: url("archive/\(Self.large)")).truncate(
      atOffset: UInt64(Self.largeSize))
    try write("archive/pool/.unfinished/a.deb", Data("half".utf8))
    try write("archive/notes.txt", Data("for the operator".utf8))
    try write("outside/secret", Data("secret".utf8))
    try link("archive/pool/relative", to: "../../outside/secret")
    try link("archive/pool/absolute", to: "\(directory)/outside/secret")
    try link("archive/pool/outside", to: "../../outside")
    try write("overlay/.generations/7/InRelease", Data("of the overlay\n".utf8))
    try FileManager.default.createDirectory(
      at: url("overlay/dists"), withIntermediateDirectories: true)
    try link("overlay/dists/bookworm", to: "../.generations/7")
    // As a published overlay has it, for web servers that know no more than its root.
    try link("overlay/pool", to: "\(directory)/archive/pool")
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func root(_ name: String) throws -> ArchiveRoot { try ArchiveRoot(path: "\(directory)/\(name)") }

  func url(_ path: String) -> URL { URL(fileURLWithPath: "\(directory)/\(path)") }

  func write(_ path: String, _ bytes: Data) throws {
    let file = url(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    // Files of an archive are older than the request that asks for them.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 784_111_777.5)], ofItemAtPath: file.path)
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(directory)/\(path)", withDestinationPath: target)
  }
}
