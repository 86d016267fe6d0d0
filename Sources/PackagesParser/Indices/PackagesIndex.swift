// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// Reads a Packages index stanza by stanza; each is one file.
public struct PackagesIndex: ~Copyable {
  private static let table = FieldTable(
    ["Package", "Architecture", "Filename", "Size", "SHA256"] + PieceFields.all + ["Version"])
  private static let wholeTable = FieldTable(table.names + PackageTraits.fields)

  /// The reader, whose stanza is in view after `next`.
  public let reader: StanzaReader
  private let limits: ParserLimits

  /// Reads `source`; `traits` are looked for only on request.
  public init(
    _ source: any ByteSource, withTraits: Bool = false, limits: ParserLimits = ParserLimits()
  ) {
    reader = StanzaReader(
      source, table: withTraits ? Self.wholeTable : Self.table, limits: limits)
    self.limits = limits
  }

  /// The next stanza; nil at the end.
  ///
  /// - Throws: `ArchiveError` with file, line and offset for a stanza that lacks a field, or holds
  ///   a size, hash or path that cannot be.
  public mutating func next() throws(ArchiveError) -> PackageEntry? {
    guard try reader.next() else { return nil }
    guard let digest = SHA256Digest(hex: try field(4)) else {
      throw reader.error("SHA256 is no 64 hexadecimal digits", at: 4)
    }
    let size = try checkedSize(try field(3), at: 3)
    let filename = withoutDot(try field(2))
    if let defect = ArchivePath.defect(in: filename) {
      throw reader.error("Filename '\(String(field: filename))': \(defect)", at: 2)
    }
    let architecture = try field(1)
    guard isArchitecture(architecture) else {
      throw reader.error(
        "Architecture '\(String(field: architecture))', expected letters, digits and '-'", at: 1)
    }
    return PackageEntry(
      package: try field(0), architecture: architecture, filename: filename,
      content: ContentID(sha256: digest, size: size))
  }

  /// Where the fields of an earlier run lie in the stanza in view.
  public var ownLines: [Range<Int>] { (5..<10).compactMap { reader.lines($0) } }

  /// What the stanza in view says of its pieces.
  public var pieceFields: PieceFieldValues {
    PieceFieldValues(
      numbers: reader.value(5), size: reader.value(6), root: reader.value(7),
      hashes: reader.value(8))
  }

  /// The version of the stanza in view; nil where it has none.
  public var version: UnsafeRawBufferPointer? { reader.value(10) }

  /// What the stanza in view says of its package; empty unless it was asked for.
  public var traits: PackageTraits { PackageTraits(reader, from: Self.table.count) }

  private func field(_ position: Int) throws(ArchiveError) -> UnsafeRawBufferPointer {
    guard let value = reader.value(position), !value.isEmpty else {
      throw reader.error("the stanza has no \(Self.table.names[position])", at: position)
    }
    return value
  }

  private func checkedSize(
    _ text: UnsafeRawBufferPointer, at position: Int
  ) throws(ArchiveError) -> ByteCount {
    guard let size = decimal(text), size <= limits.fileBytes else {
      throw reader.error(
        "Size is '\(String(field: text))', expected 0 to \(limits.fileBytes) bytes", at: position)
    }
    return ByteCount(size)
  }
}

/// One stanza of Packages; its bytes are valid until the index moves on.
public struct PackageEntry {
  public let package: UnsafeRawBufferPointer
  /// Letters, digits and `-` alone, safe in a path.
  public let architecture: UnsafeRawBufferPointer
  /// Safe by its spelling (`ArchivePath.defect` found nothing).
  public let filename: UnsafeRawBufferPointer
  public let content: ContentID
}

/// `path` without leading `./`, which some archive tools write.
func withoutDot(_ path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  var path = path
  while path.count > 2, path[0] == 0x2E, path[1] == 0x2F {
    path = UnsafeRawBufferPointer(rebasing: path[2...])
  }
  return path
}

/// Whether `bytes` can name an architecture: the rule of dpkg, which also keeps them out of `..`.
private func isArchitecture(_ bytes: UnsafeRawBufferPointer) -> Bool {
  bytes.first != 0x2D
    && bytes.allSatisfy { byte in
      let lowered = byte | 0x20
      return lowered &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D
    }
}
