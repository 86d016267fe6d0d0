// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
internal import PackagesParser

/// How large a member of a piece index is: made as a run makes it, of contents that nobody has, for
/// whoever plans with numbers alone.
package struct MemberSize: Hashable, Sendable {
  /// What such a member tells of one content.
  package struct Content: Sendable {
    package var path: ArchivePath
    package var id: ContentID
    package var numbers: PieceNumberRange
    package var pieceSize: PieceSize

    package init(
      path: ArchivePath, id: ContentID, numbers: PieceNumberRange, pieceSize: PieceSize
    ) {
      self.path = path
      self.id = id
      self.numbers = numbers
      self.pieceSize = pieceSize
    }
  }

  /// The stanzas, in bytes.
  package let plain: UInt64
  /// The gzip member, in bytes.
  package let compressed: UInt64
  /// The stanza of each content, with the empty line behind it, in the order in which they were given.
  package let stanzas: [UInt64]

  /// Makes a member that tells of `contents` and of `retired` numbers.
  ///
  /// - Parameters:
  ///   - contents: what the run numbered.
  ///   - retired: what it retired.
  ///   - numbering: of the torrent after the run.
  ///   - generator: where digests of pieces and roots come from.
  /// - Throws: `ArchiveError` when the compressor fails.
  package init(
    of contents: [Content], retired: [PieceNumberRange], numbering: Numbering,
    using generator: inout some RandomNumberGenerator
  ) throws(ArchiveError) {
    let entries = contents.map { Self.entry($0, using: &generator) }
    let member = PieceIndexMember(
      header: nil, torrent: TorrentID(headerDigest: .zero), releaseDate: ArchiveDate(seconds: 0),
      describesExtended: false,
      described: [
        DescribedIndex(
          path: "main/binary-amd64/Packages",
          content: ContentID(sha256: .random(using: &generator), size: ByteCount(50_000_000)))
      ],
      numbering: numbering, entries: entries, retired: retired)
    let text = member.text
    let packed = text.withUnsafeBytes { bytes in
      Result { () throws(ArchiveError) in try Compression.gzipMember(bytes) }
    }
    plain = UInt64(text.count)
    compressed = UInt64(try packed.get().bytes.count)
    stanzas = entries.map(PieceIndexMember.stanzaSize)
  }

  private static func entry(
    _ content: Content, using generator: inout some RandomNumberGenerator
  ) -> PieceIndexMember.Entry {
    var pieces: PieceList?
    if content.numbers.count > 1 {
      var hashes: [UInt8] = []
      hashes.reserveCapacity(Int(content.numbers.count) * SHA256Digest.byteCount)
      for _ in 0..<content.numbers.count {
        SHA256Digest.random(using: &generator).withUnsafeBytes { hashes += $0 }
      }
      pieces = PieceList(pieceSize: content.pieceSize, sha256: hashes, sha1: [])
    }
    return PieceIndexMember.Entry(
      filename: content.path, content: content.id,
      fields: FileFields(
        numbers: content.numbers, root: .random(using: &generator), pieces: pieces))
  }
}

extension SHA256Digest {
  /// A digest of nothing.
  package static func random(using generator: inout some RandomNumberGenerator) -> SHA256Digest {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    for _ in 0..<4 { bytes.append(bigEndian: generator.next()) }
    return SHA256Digest(bytes) ?? .zero
  }
}
