// SPDX-License-Identifier: Apache-2.0

/// What a suite's directory offers to its readers, read as a stranger would.
public struct PublishedSet {
  public let directory: String
  /// The text of Release.
  public let release: String
  /// Size and SHA-256 by path.
  public let files: [String: (size: Int, hash: String)]

  public init(_ directory: String) throws {
    self.directory = directory
    release = try Files.text("\(directory)/Release")
    var files: [String: (size: Int, hash: String)] = [:]
    for line in (release.value(of: "SHA256") ?? "").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, let size = Int(words[1]) else { continue }
      files[words[2]] = (size, words[0])
    }
    self.files = files
  }

  /// All that is wrong with it: a file that is not what Release lists or what its by-hash name
  /// says, signatures that do not fit.
  public func defects(signedBy key: Keys.Key?) throws -> [String] {
    var defects: [String] = []
    let present = try Files.all(below: directory)
    let hashes = try Files.hashes(present, in: directory)
    for (path, listed) in files {
      guard let hash = hashes[path] else {
        if path.hasSuffix(".gz") || path.hasSuffix(".xz") { defects.append("\(path) is not there") }
        continue
      }
      if hash != listed.hash { defects.append("\(path) has another SHA-256 than Release lists") }
      if try Files.size("\(directory)/\(path)") != listed.size {
        defects.append("\(path) has another size than Release lists")
      }
    }
    for path in present
    where path.contains("/by-hash/SHA256/") && !path.hasSuffix(hashes[path] ?? "-") {
      defects.append("\(path) is not what its name says")
    }
    return try defects + signatureDefects(key)
  }

  private func signatureDefects(_ key: Keys.Key?) throws -> [String] {
    guard let key else { return [] }
    var defects: [String] = []
    let gpgv = ["gpgv", "--keyring", key.keyring]
    let combined = "\(directory)/InRelease"
    let inside = try Command(gpgv + ["--output", "-", combined]).run()
    if inside.status != 0 { defects.append("InRelease: \(inside.errors)") }
    if inside.output != release { defects.append("InRelease and Release differ") }
    let detached = try Command(gpgv + ["\(directory)/Release.gpg", "\(directory)/Release"]).run()
    if detached.status != 0 { defects.append("Release.gpg: \(detached.errors)") }
    return defects
  }

  /// The decompressed bytes of an index, from the first form of it that is there.
  public func index(_ path: String) throws -> String {
    let programs = [("gz", "gzip"), ("xz", "xz"), ("bz2", "bzip2"), ("zst", "zstd")]
    for (suffix, program) in programs where Files.exists("\(directory)/\(path).\(suffix)") {
      let bytes = try Command(program, "-dc", "\(directory)/\(path).\(suffix)").check()
      return String(decoding: bytes, as: UTF8.self)
    }
    throw FixtureError("no \(path) in \(directory)")
  }

  /// The stanza of a package.
  public func stanza(_ package: String, in index: String = ArchiveFixture.amd64) throws -> String {
    let found = try self.index(index).stanzas.first { $0.value(of: "Package") == package }
    guard let found else { throw FixtureError("no \(package) in \(index) of \(directory)") }
    return found
  }

  /// The lines of Release's Torrents, by architecture, oldest generation first.
  public func torrents(_ architecture: String) -> [TorrentLine] {
    (release.value(of: "Torrents") ?? "").split(separator: "\n").compactMap { TorrentLine($0) }
      .filter { $0.architecture == architecture }.sorted { $0.generation < $1.generation }
  }
}

/// A line of Release's field Torrents.
public struct TorrentLine: Hashable, Sendable {
  public let id: String
  public let architecture: String
  public let generation: Int
  public let floor: Int
  public let next: Int
  public let live: Int
  public let created: String

  init?(_ line: Substring) {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 7, let generation = Int(words[2]), let floor = Int(words[3]),
      let next = Int(words[4]), let live = Int(words[5])
    else { return nil }
    id = words[0]
    architecture = words[1]
    self.generation = generation
    self.floor = floor
    self.next = next
    self.live = live
    created = words[6]
  }
}

/// The numbers of a `Piece-Numbers` field: `4711` or `4711-4713`.
public func pieceNumbers(_ text: String?) -> ClosedRange<Int>? {
  let ends = (text ?? "").split(separator: "-").compactMap { Int($0) }
  guard let first = ends.first, let last = ends.last, first <= last else { return nil }
  return first...last
}
