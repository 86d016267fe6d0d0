// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import StandardObjects
import TorrentMetadata

/// What a damaged database may give for a content: eight bytes of its size, one of its piece size, how
/// many bytes of each kind of digests, and those.
func fuzzLedgerBlobs(_ bytes: [UInt8]) {
  guard bytes.count >= 12, let path = try? ArchivePath("pool/main/a/a_1_all.deb"),
    let pieceSize = PieceSize(rawValue: 1 << UInt64(bytes[8] & 63))
  else { return }
  var rest = bytes[12...]
  func part(_ length: UInt8) -> [UInt8] {
    defer { rest = rest.dropFirst(Int(length)) }
    return Array(rest.prefix(Int(length)))
  }
  let digests = ContentDigests(
    root: SHA256Digest([UInt8](repeating: bytes[8] >> 7, count: 32)) ?? .zero,
    pieceSize: pieceSize, sha256Pieces: part(bytes[9]), sha1Pieces: part(bytes[10]),
    layer: part(bytes[11]))
  let size = bytes[..<8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
  let file = SingleFile(
    path: path,
    stored: StoredContent(
      content: ContentID(sha256: .zero, size: ByteCount(size)),
      firstRelease: ArchiveDate(seconds: Int64(truncatingIfNeeded: size)), digests: digests))
  var addresses = ObjectAddresses()
  addresses.webSeeds = [AbsoluteURL("http://mirror.example/debian/")].compactMap { $0 }
  for form in TorrentForm.allCases {
    guard let torrent = try? file.torrent(form, addresses) else { continue }
    demand(torrent.info.contentSize == ByteCount(size), "a torrent of another size")
    demand((try? file.wireHashes(form))?.isEmpty == false, "a torrent without a hash")
  }
  if let metalink = try? file.metalink(addresses), let written = try? metalink.serialized() {
    demand((try? Metalink(written, name: "written")) == metalink, "it does not read as written")
  }
}
