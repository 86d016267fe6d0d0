// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// A small, real, signed archive with one suite, and a place for everything that is made of it.
///
/// Indices come from apt-ftparchive and lie in the compressions that Debian has used; tests may
/// change their text before the Release is made and signed.
public final class ArchiveFixture {
  /// Holds all of it; goes with this object.
  public let directory: String
  public let keys: Keys
  /// The uncompressed indices by path relative to the suite.
  public var indices: [String: [UInt8]] = [:]
  public var release = ReleaseText()
  /// Who signs the Release.
  public var signers: [Keys.Key]
  /// The compressions on disk; Release lists the uncompressed index as well, as Debian's does.
  public var compressions = ["xz", "gz", "bz2"]
  /// Whether Release lists index differences, as dak's does.
  public var hasDifferences = false
  /// Changes compressed indices, by path, before Release lists them.
  public var damages: [String: ([UInt8]) -> [UInt8]] = [:]

  public var archive: String { "\(directory)/archive" }
  public var overlay: String { "\(directory)/overlay" }
  public var state: String { "\(directory)/state" }
  public var configuration: String { "\(directory)/archive-tool.conf" }
  /// The directory below dists that `publish` writes.
  public var suite = "bookworm"
  public var dists: String { "\(archive)/dists/\(suite)" }
  public var published: String { "\(overlay)/dists/\(suite)" }

  /// The index that most tests change.
  public static let amd64 = "main/binary-amd64/Packages"
  public static let sources = "main/source/Sources"

  /// A copy of the archive as `Template` makes it.
  public convenience init() throws {
    try self.init(copying: Template.shared(), as: Scratch.directory())
  }

  /// An archive without packages, indices and Release.
  init(emptyIn directory: String) throws {
    self.directory = directory
    keys = try Keys.shared()
    signers = [keys.archive]
    try Files.makeDirectory(dists)
  }

  /// A copy of `other` below `directory`, nothing published of it.
  public init(copying other: ArchiveFixture, as directory: String) throws {
    self.directory = directory
    keys = other.keys
    signers = other.signers
    indices = other.indices
    release = other.release
    compressions = other.compressions
    try Files.copyTree(other.archive, to: "\(directory)/archive")
    try configure()
  }

  deinit {
    if getenv("KEEP") == nil { Scratch.remove(directory) }
  }

  /// Writes the configuration: what every test needs, and `lines` (fields, or further stanzas).
  public func configure(
    _ lines: String = "", signKey: Keys.Key? = nil, inPlace: Bool = false
  ) throws {
    try Files.write(
      """
      Archive: \(archive)
      \(inPlace ? "Publish: in-place" : "Output: \(overlay)")
      State: \(state)
      Suites: \(suite)
      Keyring: \(keys.archive.keyring)
      Sign-Key: \((signKey ?? keys.operator_).fingerprint)
      \(lines)

      """, to: configuration)
  }

  /// The same for an archive whose own operator runs the program.
  public func configureInPlace(_ lines: String = "") throws {
    try configure(lines, signKey: keys.archive, inPlace: true)
  }
}

extension ArchiveFixture {
  /// Puts packages into the pool; `scan` lists them.
  public func add(_ packages: DebianPackage...) throws {
    for package in packages {
      try Files.makeDirectory(
        "\(archive)/\(package.path.split(separator: "/").dropLast().joined(separator: "/"))")
      // A new file under the name: the inode of an older one is never written to.
      let path = "\(archive)/\(package.path)"
      try Command("cp", "--remove-destination", package.built(), path).check()
    }
  }

  public func drop(_ packages: DebianPackage...) throws {
    for package in packages { try Files.remove("\(archive)/\(package.path)") }
  }

  /// Makes the indices anew from the pool.
  public func scan() throws {
    indices = [:]
    for component in release.components where Files.exists("\(archive)/pool/\(component)") {
      for architecture in release.architectures where architecture != "all" {
        indices["\(component)/binary-\(architecture)/Packages"] = try Command(
          [
            "apt-ftparchive", "-qq", "--no-sha1", "--no-sha512", "--arch", architecture,
            "packages", "pool/\(component)",
          ], directory: archive
        ).check()
      }
      let sources = try Command(
        ["apt-ftparchive", "-qq", "--no-sha1", "--no-sha512", "sources", "pool/\(component)"],
        directory: archive
      ).check()
      if !sources.isEmpty { indices["\(component)/source/Sources"] = sources }
    }
  }

  /// Changes the text of an index.
  public func edit(
    _ index: String = ArchiveFixture.amd64, _ change: (inout String) throws -> Void
  ) throws {
    var text = String(decoding: indices[index] ?? [], as: UTF8.self)
    let before = text
    try change(&text)
    guard text != before else {
      throw FixtureError("the test's change of \(index) changed nothing")
    }
    indices[index] = Array(text.utf8)
  }

  /// Changes one stanza of an index.
  public func edit(
    stanzaOf package: String, in index: String = ArchiveFixture.amd64,
    _ change: (inout String) throws -> Void
  ) throws {
    try edit(index) { text in
      var stanzas = text.stanzas
      guard let position = stanzas.firstIndex(where: { $0.value(of: "Package") == package })
      else { throw FixtureError("no package \(package) in \(index)") }
      try change(&stanzas[position])
      text = stanzas.joined(separator: "\n\n") + "\n\n"
    }
  }

  /// Lists `add`, unlists `drop` and replaces: what a day brings to an archive.
  public func update() throws {
    try add(
      DebianPackage("polka"), DebianPackage("quartet-doc", architecture: "all"),
      DebianPackage("ballad", "1.1", payload: 21_000))
    try drop(DebianPackage("etude"), DebianPackage("ballad"))
    try scan()
    release.advance()
    try publish()
  }
}

extension String {
  /// The stanzas of control data, without the empty lines between them.
  public var stanzas: [String] {
    var stanzas: [String] = []
    var lines: [Substring] = []
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      if !line.isEmpty {
        lines.append(line)
      } else if !lines.isEmpty {
        stanzas.append(lines.joined(separator: "\n"))
        lines = []
      }
    }
    if !lines.isEmpty { stanzas.append(lines.joined(separator: "\n")) }
    return stanzas
  }

  /// The value of a field in one stanza, continuation lines included; nil where it has none.
  public func value(of field: String) -> String? {
    var value: [Substring]?
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      if value != nil {
        guard line.first == " " else { break }
        value?.append(line)
      } else if line.hasPrefix("\(field):") {
        value = [line.dropFirst(field.count + 1)]
      }
    }
    guard let text = value?.joined(separator: "\n") else { return nil }
    return text.first == " " ? String(text.dropFirst()) : text
  }

  /// This text with all of `old` as `new`.
  public func replacing(_ old: String, _ new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}
