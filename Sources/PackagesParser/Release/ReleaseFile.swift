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
    var files: [String: ContentID] = [:]
    var line = field.line
    try field.raw.withUnsafeBufferPointer { bytes throws(ArchiveError) in
      var words = Words(UnsafeRawBufferPointer(bytes))
      while let hash = words.next() {
        line += 1
        guard let size = words.next(), let path = words.next(),
          line - field.line <= limits.releaseEntries
        else {
          throw ArchiveError(
            .data,
            "the SHA256 section is no list of at most \(limits.releaseEntries) 'hash size path' lines",
            at: stanza.place(of: "SHA256"))
        }
        try add(
          hash, size, path, ArchiveError.Place(file: stanza.file, line: line), to: &files)
      }
    }
    return files
  }

  private static func add(
    _ hash: UnsafeRawBufferPointer, _ size: UnsafeRawBufferPointer, _ path: UnsafeRawBufferPointer,
    _ place: ArchiveError.Place, to files: inout [String: ContentID]
  ) throws(ArchiveError) {
    guard let digest = SHA256Digest(hex: hash), let bytes = decimal(size), bytes <= 1 << 50 else {
      let entry = [hash, size, path].map { String(field: $0) }.joined(separator: " ")
      throw ArchiveError(.data, "'\(entry)' is no 'hash size path' line", at: place)
    }
    let name: String
    do throws(ArchivePath.Defect) { name = try ArchivePath(bytes: path).string } catch {
      throw ArchiveError(.data, "'\(String(field: path))': \(error)", at: place)
    }
    let content = ContentID(sha256: digest, size: ByteCount(bytes))
    if let other = files.updateValue(content, forKey: name), other != content {
      throw ArchiveError(.data, "'\(name)' is listed twice, with different values", at: place)
    }
  }
}
