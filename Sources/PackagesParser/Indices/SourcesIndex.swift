// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// Reads a Sources index stanza by stanza; each is several files.
public struct SourcesIndex: ~Copyable {
  private static let table = FieldTable(
    ["Package", "Directory", "Checksums-Sha256"] + PieceFields.all)
  private static let wholeTable = FieldTable(table.names + PackageTraits.fields)

  /// The reader, whose stanza is in view after `next`.
  public let reader: StanzaReader
  private let limits: ParserLimits
  private var files: [SourceFile] = []
  private var contents: [[UInt8]: ContentID] = [:]

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
  /// - Throws: `ArchiveError` with file, line and offset for a stanza that lacks a field or holds
  ///   a record that cannot be.
  public mutating func next() throws(ArchiveError) -> SourceEntry? {
    guard try reader.next() else { return nil }
    guard let package = reader.value(0), !package.isEmpty else {
      throw reader.error("the stanza has no Package")
    }
    guard let directory = reader.value(1) else { throw reader.error("the stanza has no Directory") }
    guard let records = reader.value(2) else {
      throw reader.error("the stanza has no Checksums-Sha256")
    }
    files.removeAll(keepingCapacity: true)
    contents.removeAll(keepingCapacity: true)
    let place = withoutFinalSlash(withoutDot(directory))
    var words = Words(records)
    while let hash = words.next() {
      guard let size = words.next(), let name = words.next() else {
        throw reader.error("Checksums-Sha256 is no list of 'hash size name' lines", at: 2)
      }
      let file = try file(hash, size, name, in: place)
      if let other = contents.updateValue(file.content, forKey: file.name), other != file.content {
        throw reader.error(
          "'\(String(field: name))' is listed twice, with different values", at: 2)
      }
      files.append(file)
      guard files.count <= limits.sourceRecords else {
        throw reader.error("more than \(limits.sourceRecords) files", at: 2)
      }
    }
    return SourceEntry(package: package, files: files)
  }

  /// Where the fields of an earlier run lie in the stanza in view.
  public var ownLines: [Range<Int>] { (3..<8).compactMap { reader.lines($0) } }

  /// What the stanza in view says of its package; empty unless it was asked for.
  public var traits: PackageTraits { PackageTraits(reader, from: Self.table.count) }

  private func file(
    _ hash: UnsafeRawBufferPointer, _ size: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer,
    in directory: UnsafeRawBufferPointer
  ) throws(ArchiveError) -> SourceFile {
    guard let digest = SHA256Digest(hex: hash) else {
      throw reader.error("'\(String(field: hash))' is no SHA-256", at: 2)
    }
    guard let bytes = decimal(size), bytes <= limits.fileBytes else {
      throw reader.error(
        "size '\(String(field: size))', expected 0 to \(limits.fileBytes) bytes", at: 2)
    }
    guard !name.contains(0x2F) else {
      throw reader.error("'\(String(field: name))': a file name with a slash", at: 2)
    }
    let isTop = directory.isEmpty || directory.count == 1 && directory[0] == 0x2E
    let path = isTop ? Array(name) : Array(directory) + [0x2F] + Array(name)
    if let defect = path.withUnsafeBytes({ ArchivePath.defect(in: $0) }) {
      throw reader.error("'\(String(decoding: path, as: UTF8.self))': \(defect)", at: 2)
    }
    return SourceFile(
      name: Array(name), path: path,
      content: ContentID(sha256: digest, size: ByteCount(bytes)))
  }
}

/// One stanza of Sources; `package` is valid until the index moves on.
public struct SourceEntry {
  public let package: UnsafeRawBufferPointer
  /// In the order of Checksums-Sha256.
  public let files: [SourceFile]
}

/// One file of a source package.
public struct SourceFile: Sendable {
  /// The name alone.
  public let name: [UInt8]
  /// Directory and name, safe by its spelling.
  public let path: [UInt8]
  public let content: ContentID
}

/// `path` without a slash at its end, which apt passes over as well.
private func withoutFinalSlash(_ path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  guard path.count > 1, path.last == 0x2F else { return path }
  return UnsafeRawBufferPointer(rebasing: path.dropLast())
}
