// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture

/// A published archive whose files are awkward to make torrents of: odd names, sizes around every
/// edge, a source package of several binaries.
struct ObjectArchive: Sendable {
  /// A file of the pool.
  struct PoolFile: Hashable, Sendable {
    let package: String
    /// Below the archive.
    let path: String
    let size: Int

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  }

  /// What the default piece size is, also to torrents of a single file.
  static let pieceSize = 524_288
  /// The names of real packages in the pool, by the package.
  static let oddNames = [
    "odd-blank": "odd blank_1.0_amd64.deb",
    "odd-plus": "odd-g++_1.0+b1~rc2_amd64.deb",
    "odd-percent": "odd%20per%cent_1.0_amd64.deb",
    "odd-letters": "odd-ünï-日本語_1.0_amd64.deb",
    // Letters of one and of two code points, which some programs take for the same.
    "odd-composed": "odd-\u{E9}_1.0_amd64.deb",
    "odd-decomposed": "odd-e\u{301}_1.0_amd64.deb",
    "odd-all": "odd #;='[]+ ~%2B é_1.0_amd64.deb",
  ]
  private static let oddDirectory = "pool/main/o/o d+d~%41 ä"
  /// Sizes of files that no .deb could have all of; their packages are called by them.
  static let sizes = [
    1, 16_383, 16_384, 16_385, pieceSize - 1, pieceSize, pieceSize + 1, 9 * pieceSize + 77,
  ]
  /// The binaries of one source package, which `--source` is to find.
  static let binaries = [
    DebianPackage("concerto", payload: 700_000, fields: "Source: concerti\n"),
    DebianPackage("concerto-doc", architecture: "all", fields: "Source: concerti (1.0)\n"),
    DebianPackage("libconcerto1", payload: 30_000, fields: "Source: concerti (1.0)\n"),
  ]

  let configuration: String
  /// The archive's directory.
  let root: String
  let files: [String: PoolFile]
  private let fixture: Fixture

  // Nobody changes it once it is made.
  private struct Fixture: @unchecked Sendable { let archive: ArchiveFixture }

  static func shared() throws -> ObjectArchive { try made.get() }

  private static let made = Result { try ObjectArchive() }

  private init() throws {
    let archive = try ArchiveFixture()
    fixture = Fixture(archive: archive)
    configuration = archive.configuration
    root = archive.archive
    try Files.makeDirectory("\(root)/\(Self.oddDirectory)")
    for (package, name) in Self.oddNames {
      let plain = DebianPackage(package, payload: package == "odd-all" ? 600_000 : 9_000)
      try archive.add(plain)
      try Files.move("\(root)/\(plain.path)", to: "\(root)/\(Self.oddDirectory)/\(name)")
    }
    for binary in Self.binaries { try archive.add(binary) }
    try archive.scan()
    try Self.addSizes(to: archive)
    try archive.publish()
    let outcome = try archive.hash()
    guard outcome.status == 0 else { throw FixtureError("hash: \(outcome)") }
    files = try Self.files(of: archive)
  }

  /// Lists files that are no packages, for the sake of their sizes.
  private static func addSizes(to archive: ArchiveFixture) throws {
    for size in sizes + [0] {
      let path = "pool/main/s/size/size-\(size)_1.0_amd64.deb"
      try Files.write(
        DebianPackage.noise(size, seed: "size \(size)"), to: "\(archive.archive)/\(path)")
      let hash = try Files.hashes([path], in: archive.archive)[path] ?? ""
      try archive.edit { text in
        text += """
          Package: size-\(size)
          Version: 1.0
          Architecture: amd64
          Maintainer: Nobody <nobody@localhost>
          Filename: \(path)
          Size: \(size)
          SHA256: \(hash)
          Description: no package at all


          """
      }
    }
  }

  private static func files(of archive: ArchiveFixture) throws -> [String: PoolFile] {
    var files: [String: PoolFile] = [:]
    for text in archive.indices.values.map({ String(decoding: $0, as: UTF8.self) }) {
      for stanza in text.stanzas {
        guard let package = stanza.value(of: "Package"), let path = stanza.value(of: "Filename"),
          let size = stanza.value(of: "Size").flatMap({ Int($0) })
        else { continue }
        files[package] = PoolFile(package: package, path: path, size: size)
      }
    }
    return files
  }

  /// Where the files of a torrent lie as it names them; of a single file, where that package does.
  func directory(of form: ObjectForm, _ package: String) throws -> String {
    guard !form.isSet, let file = files[package] else { return root }
    return "\(root)/\(file.path.dropLast(file.name.count + 1))"
  }

  /// `archive-tool seed` of it.
  func seeder() throws -> Seeder { try Seeder(fixture.archive) }

  /// The files of these packages, in the order of a file tree: by components, bytewise.
  func files(of packages: [String]) throws -> [PoolFile] {
    try packages.map { package in
      guard let file = files[package] else { throw FixtureError("no package \(package)") }
      return file
    }.sorted { $0.path.components.lexicographicallyPrecedes($1.path.components) { $0 < $1 } }
  }
}

extension ObjectArchive {
  /// Runs `archive-tool torrent`, `magnet` or `metalink` over this archive.
  func run(_ arguments: [String]) throws -> Outcome {
    try Tool.command(arguments + ["--config", configuration]).run()
  }

  /// Runs it and returns what it printed.
  ///
  /// - Throws: `FixtureError` unless it ends with 0.
  @discardableResult
  func check(_ arguments: [String]) throws -> String {
    let outcome = try run(arguments)
    guard outcome.status == 0 else { throw FixtureError("\(arguments): \(outcome)") }
    return outcome.output
  }

  /// Writes the torrent of each package into a new directory; returns their paths by package.
  func torrents(
    of packages: [String], _ form: ObjectForm, _ options: [String] = []
  ) throws -> [String: String] {
    let directory = try Scratch.directory("torrents")
    try check(["torrent"] + packages + form.options + options + ["-d", directory])
    var paths: [String: String] = [:]
    for file in try files(of: packages) {
      paths[file.package] = "\(directory)/\(file.name).torrent"
    }
    return paths
  }

  /// Writes one torrent of all of them and returns its path.
  func torrent(
    ofSet selection: [String], _ form: ObjectForm, _ options: [String] = []
  ) throws -> String {
    let directory = try Scratch.directory("set")
    try check(
      ["torrent"] + selection + ["--set", "chosen"] + form.options + options + ["-d", directory])
    return "\(directory)/chosen.torrent"
  }
}

extension String {
  /// The bytes between slashes.
  var components: [[UInt8]] { utf8.split(separator: 0x2F).map(Array.init) }
}

extension [UInt8] {
  fileprivate static func < (a: [UInt8], b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }
}
