// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PieceHasher
internal import Publisher

extension PoolAudit {
  /// Takes what one read gave; true when the file is bad.
  mutating func judge(
    _ file: ArchiveListing.File, _ outcome: HashOutcome, _ archiveRow: RowID?
  ) throws -> Bool {
    let base = bases[file.architecture] ?? settings.base
    let stored = try ledger.digests(
      of: file.content, pieceSize: PieceSize.forFile(of: file.content.size, base: base))
    let known = try archiveRow.flatMap { try ledger.file(file.path.string, archive: $0) }
    let place = archive.absolute(file.path)
    // Size is looked at first: of a file that has another, only whose bytes it has is told.
    if case .verified(let digests, _) = outcome, digests.size != file.content.size {
      noteSize(file, digests, place)
      return true
    }
    switch PoolVerdict(
      outcome, content: file.content, known: known, row: stored?.row, stored: stored?.digests)
    {
    case .sound: return false
    case .touched(let key):
      report.touched += 1
      mendable.append(.remember(verified(file, nil, key, stored?.digests)))
      return false
    case .ledgerPieces(let digests, let key):
      mendable.append(.remember(verified(file, digests, key, stored?.digests)))
      findings.append(
        Finding(
          .poolPieces, place, "is what the index lists, the ledger's hashes of its pieces are not"))
      return false
    case .missing:
      findings.append(Finding(.poolMissing, place, "vanished during the run"))
      return false
    case .size(let actual):
      findings.append(
        Finding(
          .poolSize, place, "has \(actual) bytes, the index lists \(file.content.size)"))
      forget(file)
      return true
    case .bytes(let found, let bad, let isRotten):
      noteBytes(file, found, bad, isRotten, stored?.digests.pieceSize, place)
      return true
    case .changing:
      findings.append(
        Finding(
          .poolUnreadable, place, "changed while it was read", advice: "run verify again",
          code: .temporary))
      return true
    case .failed(let error):
      findings.append(
        Finding(
          .poolUnreadable, place, error.reason, advice: error.advice,
          code: error.code == .data ? .data : .io))
      return true
    }
  }

  private mutating func forget(_ file: ArchiveListing.File) {
    mendable.append(.forget(path: file.path.string))
  }

  private mutating func noteSize(
    _ file: ArchiveListing.File, _ digests: FileDigests, _ place: String
  ) {
    let sizes = "has \(digests.size) bytes, the index lists \(file.content.size)"
    forget(file)
    if let owner = listing.path(of: digests.sha256), owner != file.path {
      findings.append(Finding(.poolSwapped, place, "holds the bytes of \(owner): it \(sizes)"))
      return
    }
    let how = digests.size < file.content.size ? "is cut: it " : ""
    findings.append(Finding(.poolSize, place, how + sizes))
  }

  private mutating func noteBytes(
    _ file: ArchiveListing.File, _ found: SHA256Digest, _ bad: [Int]?, _ isRotten: Bool,
    _ pieceSize: PieceSize?, _ place: String
  ) {
    forget(file)
    let hashes = "it has SHA-256 \(found), the index lists \(file.content.sha256)"
    if let owner = listing.path(of: found), owner != file.path {
      findings.append(Finding(.poolSwapped, place, "holds the bytes of \(owner): \(hashes)"))
      return
    }
    var which = ""
    if let bad, let pieceSize {
      which = "; \(BadPieces(pieces: bad, pieceSize: pieceSize, size: file.content.size))"
    }
    findings.append(
      isRotten
        ? Finding(
          .poolRotten, place,
          "its bytes changed and nothing else did since it was verified: \(hashes)\(which)")
        : Finding(
          .poolReplaced, place,
          "has other bytes than the index lists: SHA-256 \(found), expected "
            + "\(file.content.sha256)\(which)"))
  }

  /// A right file as the ledger is to know it; digests that were not computed stay as they are.
  private func verified(
    _ file: ArchiveListing.File, _ digests: FileDigests?, _ key: StalenessKey,
    _ stored: ContentDigests?
  ) -> VerifiedContent {
    let size =
      digests?.pieceSize ?? stored?.pieceSize
      ?? PieceSize.forFile(of: file.content.size, base: settings.base)
    return VerifiedContent(
      path: file.path, content: file.content,
      digests: ContentDigests(
        root: stored?.root ?? .zero, pieceSize: size, sha256Pieces: digests?.sha256Pieces ?? [],
        sha1Pieces: [], layer: []),
      staleness: key)
  }
}
