// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Foundation
internal import PieceHasher

/// Prints the digests of files in the order in which they were asked for.
struct DigestPrinter {
  enum Form {
    case stanzas, json, fold
  }

  /// What `--json` prints of one file.
  private struct Record: Encodable {
    var filename: String
    var size: UInt64
    var sha256: String?
    var pieceSize: UInt64
    var piecesRoot: String?
    var sha256Pieces: [String]?
    var sha1Pieces: [String]?
    var pieceLayer: [String]?
  }

  private let form: Form
  private var waiting: [Int: String?] = [:]
  private var next = 0
  private var files = 0
  private var bytes: UInt64 = 0
  private var folded = [UInt8](repeating: 0, count: SHA256Digest.byteCount)

  init(form: Form) { self.form = form }

  mutating func add(_ job: HashJob, _ digests: FileDigests) {
    switch form {
    case .fold: fold(digests)
    case .json: waiting[job.id] = .some(Self.json(job, digests))
    case .stanzas: waiting[job.id] = .some(Self.stanza(job, digests))
    }
    flush()
  }

  /// Says that nothing will be printed for `job`.
  mutating func skip(_ job: HashJob) {
    waiting[job.id] = .some(nil)
    flush()
  }

  func finish() {
    if form == .fold { Terminal.print("\(files) \(bytes) \(Hex.string(folded))") }
  }

  private mutating func flush() {
    while let text = waiting.removeValue(forKey: next) {
      next += 1
      if let text { Terminal.print(text) }
    }
  }

  /// A digest that is another's by definition is folded once, or both would vanish: the only piece
  /// of a file is the file, and a leaf is its own root.
  private mutating func fold(_ digests: FileDigests) {
    files += 1
    bytes += digests.size.rawValue
    let leaf = PieceSize.leaf.rawValue
    let hasTree = digests.piecesRoot != nil
    if !(hasTree && digests.size.rawValue <= leaf) { digests.sha256.withUnsafeBytes { fold($0) } }
    if digests.pieceCount > 1, !(hasTree && digests.pieceSize == .leaf) {
      fold(digests.sha256Pieces, SHA256Digest.byteCount)
    }
    fold(digests.sha1Pieces, SHA1Digest.byteCount)
    fold(digests.pieceLayer, SHA256Digest.byteCount)
    digests.piecesRoot?.withUnsafeBytes { fold($0) }
  }

  private mutating func fold(_ all: [UInt8], _ length: Int) {
    all.withUnsafeBytes { all in
      for start in stride(from: 0, to: all.count, by: length) {
        fold(UnsafeRawBufferPointer(rebasing: all[start..<start + length]))
      }
    }
  }

  private mutating func fold(_ digest: UnsafeRawBufferPointer) {
    for (index, byte) in digest.enumerated() { folded[index] ^= byte }
  }

  private static func stanza(_ job: HashJob, _ digests: FileDigests) -> String {
    var lines = [
      "Filename: \(job.path)", "Size: \(digests.size)", "Piece-Size: \(digests.pieceSize)",
    ]
    if digests.sha256 != .zero { lines.insert("SHA256: \(digests.sha256)", at: 2) }
    if let root = digests.piecesRoot { lines.append("Pieces-Root: \(root)") }
    func list(_ field: String, _ all: [String]) {
      guard !all.isEmpty else { return }
      lines.append("\(field):")
      var rest = digests.size.rawValue
      for digest in all {
        let size = min(rest, digests.pieceSize.rawValue)
        rest -= size
        lines.append(" \(digest) \(size)")
      }
    }
    list("SHA256-Pieces", cut(digests.sha256Pieces, SHA256Digest.byteCount))
    list("SHA1-Pieces", cut(digests.sha1Pieces, SHA1Digest.byteCount))
    return lines.map(Terminal.clean).joined(separator: "\n") + "\n"
  }

  private static func json(_ job: HashJob, _ digests: FileDigests) -> String? {
    func list(_ all: [UInt8], _ length: Int) -> [String]? {
      all.isEmpty ? nil : cut(all, length)
    }
    let record = Record(
      filename: job.path.string, size: digests.size.rawValue,
      sha256: digests.sha256 == .zero ? nil : digests.sha256.description,
      pieceSize: digests.pieceSize.rawValue,
      piecesRoot: digests.piecesRoot?.description,
      sha256Pieces: list(digests.sha256Pieces, SHA256Digest.byteCount),
      sha1Pieces: list(digests.sha1Pieces, SHA1Digest.byteCount),
      pieceLayer: list(digests.pieceLayer, SHA256Digest.byteCount))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(record)).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func cut(_ all: [UInt8], _ length: Int) -> [String] {
    stride(from: 0, to: all.count, by: length).map { Hex.string(all[$0..<$0 + length]) }
  }
}
