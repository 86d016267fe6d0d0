// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A suite's Release: what it says of itself, and the files it vouches for.
public struct ReleaseFile: Sendable {
  /// Every field as it came, for writing it again.
  public let stanza: ControlStanza
  public let origin: String?
  public let label: String?
  public let suite: String?
  public let codename: String?
  public let date: ArchiveDate
  public let validUntil: ArchiveDate?
  public let architectures: [String]
  public let components: [String]
  /// What the SHA256 section lists, by path relative to the Release.
  public let files: [String: ContentID]

  /// Reads the text of a Release, or the signed text of an InRelease.
  ///
  /// - Throws: `ArchiveError` with file and line for malformed text, a missing or malformed Date,
  ///   a missing SHA256 section, an unsafe path, or a path listed twice with different values.
  public init(
    _ text: [UInt8], file: String, limits: ParserLimits = ParserLimits()
  ) throws(ArchiveError) {
    guard text.count <= limits.releaseBytes else {
      throw ArchiveError(
        .data, "larger than \(limits.releaseBytes) bytes", at: ArchiveError.Place(file: file))
    }
    guard let stanza = try ControlStanza.parse(text, file: file, limit: 1).first else {
      throw ArchiveError(
        .data, "expected a stanza, found none", at: ArchiveError.Place(file: file))
    }
    self.stanza = stanza
    origin = stanza.text("Origin")
    label = stanza.text("Label")
    suite = stanza.text("Suite")
    codename = stanza.text("Codename")
    architectures = stanza.words("Architectures")
    components = stanza.words("Components")
    guard let date = try Self.date("Date", in: stanza) else {
      throw ArchiveError(.data, "no Date field", at: stanza.place(of: "Date"))
    }
    self.date = date
    validUntil = try Self.date("Valid-Until", in: stanza)
    files = try Self.files(in: stanza, limits)
  }

  /// The name by which the ledger knows the suite: the codename, or else the suite's name.
  public var ledgerName: String? { codename ?? suite }

  private static func date(
    _ name: String, in stanza: ControlStanza
  ) throws(ArchiveError) -> ArchiveDate? {
    guard let text = stanza.text(name) else { return nil }
    guard let date = ArchiveDate(release: text) else {
      throw ArchiveError(
        .data, "\(name) is '\(text)', expected a date as 'Sat, 17 May 2025 07:44:42 UTC'",
        at: stanza.place(of: name))
    }
    return date
  }

  private static func files(
    in stanza: ControlStanza, _ limits: ParserLimits
  ) throws(ArchiveError) -> [String: ContentID] {
    guard let field = stanza.field("SHA256") else {
      throw ArchiveError(
        .data, "no SHA256 section, so nothing in it can be checked",
        at: ArchiveError.Place(file: stanza.file),
        advice: "make the Release with SHA256 sums")
    }
    let words = field.words
    guard words.count.isMultiple(of: 3), words.count / 3 <= limits.releaseEntries else {
      throw ArchiveError(
        .data,
        "the SHA256 section is no list of at most \(limits.releaseEntries) 'hash size path' lines",
        at: stanza.place(of: "SHA256"))
    }
    var files: [String: ContentID] = [:]
    files.reserveCapacity(words.count / 3)
    for index in stride(from: 0, to: words.count, by: 3) {
      let place = ArchiveError.Place(
        file: stanza.file, line: field.line + 1 + UInt64(index / 3))
      try add(words[index], words[index + 1], words[index + 2], place, to: &files)
    }
    return files
  }

  private static func add(
    _ hash: String, _ size: String, _ path: String, _ place: ArchiveError.Place,
    to files: inout [String: ContentID]
  ) throws(ArchiveError) {
    guard let digest = SHA256Digest(hex: hash), size.allSatisfy(\.isWholeNumber),
      let bytes = UInt64(size), bytes <= 1 << 50
    else {
      throw ArchiveError(
        .data, "'\(hash) \(size) \(path)' is no 'hash size path' line", at: place)
    }
    do throws(ArchivePath.Defect) { _ = try ArchivePath(path) } catch {
      throw ArchiveError(.data, "'\(path)': \(error)", at: place)
    }
    let content = ContentID(sha256: digest, size: ByteCount(bytes))
    if let other = files.updateValue(content, forKey: path), other != content {
      throw ArchiveError(.data, "'\(path)' is listed twice, with different values", at: place)
    }
  }
}
