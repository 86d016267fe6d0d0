// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
internal import PackagesParser

/// What is appended for one file: its numbers, and from the ledger its pieces.
package struct FileFields {
  package let numbers: PieceNumberRange
  /// Zeros where it was not computed.
  package let root: SHA256Digest
  /// Nil for a file of a single piece, whose hash the stanza has already.
  package let pieces: PieceList?

  package init(numbers: PieceNumberRange, root: SHA256Digest, pieces: PieceList?) {
    self.numbers = numbers
    self.root = root
    self.pieces = pieces
  }
}

/// Appends the extended fields to a stanza's own bytes.
package enum ExtendedStanza {
  /// A stanza that would grow beyond this goes without SHA256-Pieces; the piece index has them.
  /// apt fails for good on a stanza over 1 MiB.
  static let limit = 512 << 10

  /// Copies `stanza` without the lines of an earlier run, ending with a newline.
  package static func copy(
    _ stanza: UnsafeRawBufferPointer, without ownLines: [Range<Int>], to output: inout [UInt8]
  ) {
    var position = 0
    for lines in ownLines.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      output.append(
        contentsOf: UnsafeRawBufferPointer(rebasing: stanza[position..<lines.lowerBound]))
      position = lines.upperBound
    }
    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: stanza[position...]))
    if output.last != 0x0A { output.append(0x0A) }
  }

  /// Appends the fields of a binary package to the stanza that begins at `start` of `output`.
  package static func append(
    _ file: FileFields, size: ByteCount, settings: SuiteSettings, start: Int,
    to output: inout [UInt8]
  ) {
    let fields = settings.fields
    if let pieces = file.pieces, !fields.isDisjoint(with: [.numbers, .hashes]) {
      output.append("Piece-Size: ")
      output.append(decimal: pieces.pieceSize.rawValue)
      output.append(0x0A)
    }
    if fields.contains(.numbers) { append(file.numbers, to: &output) }
    if fields.contains(.roots), file.root != .zero {
      output.append("Pieces-Root: ")
      file.root.withUnsafeBytes { Hex.append($0, to: &output) }
      output.append(0x0A)
    }
    guard let pieces = file.pieces else { return }
    let room = limit - (output.count - start)
    let lines = pieces.sha256.count / 32
    if fields.contains(.hashes), lines > 0, lines * 76 + 16 <= room {
      output.append("SHA256-Pieces:\n")
      appendPieces(pieces.sha256, 32, pieces.pieceSize, size, name: nil, to: &output)
    }
    let legacy = pieces.sha1.count / 20
    if settings.legacySHA1, legacy > 0, legacy * 52 + 16 <= limit - (output.count - start) {
      output.append("SHA1-pieces:\n")
      appendPieces(pieces.sha1, 20, pieces.pieceSize, size, name: nil, to: &output)
    }
  }

  /// Appends the fields of a source package: one line a record, the file's name last.
  package static func append(
    _ files: [(name: [UInt8], size: ByteCount, fields: FileFields)], settings: SuiteSettings,
    start: Int, to output: inout [UInt8]
  ) {
    guard !files.isEmpty else { return }
    let fields = settings.fields
    let large = files.filter { $0.fields.pieces != nil }
    func list(_ name: String, _ lines: [(String, [UInt8])]) {
      guard !lines.isEmpty else { return }
      output += "\(name):\n".utf8
      for (value, file) in lines { output += " \(value) ".utf8 + file + [0x0A] }
    }
    if !fields.isDisjoint(with: [.numbers, .hashes]) {
      list(
        PieceFields.size,
        large.compactMap { f in f.fields.pieces.map { ("\($0.pieceSize)", f.name) } })
    }
    if fields.contains(.numbers) {
      list(PieceFields.numbers, files.map { ("\($0.fields.numbers)", $0.name) })
    }
    if fields.contains(.roots) {
      let known = files.filter { $0.fields.root != .zero }
      list(PieceFields.root, known.map { ("\($0.fields.root)", $0.name) })
    }
    if fields.contains(.hashes) { appendLists(large, PieceFields.hashes, 32, start, &output) }
    if settings.legacySHA1 { appendLists(large, PieceFields.legacy, 20, start, &output) }
  }

  private static func appendLists(
    _ files: [(name: [UInt8], size: ByteCount, fields: FileFields)], _ field: String,
    _ length: Int, _ start: Int, _ output: inout [UInt8]
  ) {
    let before = output.count
    var isFirst = true
    for file in files {
      guard let pieces = file.fields.pieces else { continue }
      let hashes = length == 32 ? pieces.sha256 : pieces.sha1
      guard !hashes.isEmpty else { continue }
      if isFirst { output += "\(field):\n".utf8 }
      isFirst = false
      appendPieces(hashes, length, pieces.pieceSize, file.size, name: file.name, to: &output)
    }
    if output.count - start > limit { output.removeLast(output.count - before) }
  }

  /// One ` hash size` line a piece, as the first system's `SHA1-pieces` had it.
  static func appendPieces(
    _ hashes: [UInt8], _ length: Int, _ pieceSize: PieceSize, _ size: ByteCount, name: [UInt8]?,
    to output: inout [UInt8]
  ) {
    var rest = size.rawValue
    hashes.withUnsafeBytes { hashes in
      for start in stride(from: 0, to: hashes.count, by: length) {
        let piece = min(rest, pieceSize.rawValue)
        rest -= piece
        output.append(0x20)
        Hex.append(UnsafeRawBufferPointer(rebasing: hashes[start..<start + length]), to: &output)
        output.append(0x20)
        output.append(decimal: piece)
        if let name { output += [0x20] + name }
        output.append(0x0A)
      }
    }
  }

  private static func append(_ numbers: PieceNumberRange, to output: inout [UInt8]) {
    output.append("Piece-Numbers: ")
    output.append(decimal: UInt64(numbers.first.rawValue))
    if numbers.count > 1 {
      output.append(0x2D)
      output.append(decimal: UInt64(numbers.last.rawValue))
    }
    output.append(0x0A)
  }
}
