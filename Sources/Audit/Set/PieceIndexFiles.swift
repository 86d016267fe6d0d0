// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger
internal import PackagesParser

/// Looks at every published piece index: what it says, whether the ledger says the same, and whether
/// each older one that still lies there is its beginning.
struct PieceIndexFiles {
  let published: PublishedSuite
  let ledger: Ledger
  let knowledge: LedgerKnowledge
  /// Listed files whose bytes are right.
  let sound: Set<String>

  private(set) var findings: [Finding] = []
  private(set) var contents = 0
  /// What the last runs described, by path of the index.
  private(set) var pairings: [String: Pairing] = [:]
  /// Members that the ledger lost and a right file has.
  private(set) var restorable: [(record: PieceIndexRecord, sequence: Int, bytes: [UInt8])] = []
  private var numbers = GivenNumbers()

  /// Which index a piece index was paired with.
  struct Pairing {
    let content: ContentID
    let releaseDate: ArchiveDate
    let describesExtended: Bool
  }

  init(
    _ published: PublishedSuite, ledger: Ledger, knowledge: LedgerKnowledge, sound: Set<String>
  ) {
    self.published = published
    self.ledger = ledger
    self.knowledge = knowledge
    self.sound = sound
  }

  mutating func check() throws {
    for record in published.pieceIndices where record.members > 0 { try check(record) }
    let known = Set(published.pieceIndices.map { $0.path + ".gz" })
    for path in published.release.files.keys.sorted()
    where path.hasSuffix("-pieces.gz") && !known.contains(path) {
      findings.append(
        Finding(.ledgerBehind, published.path(path), "is published, the ledger has no member of it")
      )
    }
    for collision in numbers.collisions() {
      findings.append(
        Finding(
          .numberReused, published.path("Release"), "torrent \(collision.torrent): \(collision)"))
    }
  }

  private mutating func check(_ record: PieceIndexRecord) throws {
    let name = record.path + ".gz"
    let place = published.path(name)
    guard let file = try published.open(name), let listed = published.release.files[name] else {
      return
    }
    let comparison = try MemberComparison(file, record, ledger: ledger)
    let isRight = sound.contains(name)
    note(comparison, record, place, isRight: isRight)
    try checkOlder(name, size: comparison.fileBytes)
    do {
      let source = try VerifiedFile(
        file, compression: .gzip, compressedAs: listed,
        plainAs: published.release.files[record.path])
      let text = try PieceIndexText(source, numbers: &numbers)
      contents += text.contents
      findings += text.defects.map { Finding(.pieceIndex, place, $0) }
      try compare(
        text, record, place, isWhole: comparison.fileBytes == comparison.ledgerBytes)
    } catch let error as ArchiveError {
      // That a file is not what Release lists was told of already.
      if isRight { findings.append(Finding(.pieceIndex, error, file: place)) }
    }
  }

  private mutating func note(
    _ comparison: MemberComparison, _ record: PieceIndexRecord, _ place: String, isRight: Bool
  ) {
    let ledgerPlace = "\(knowledge.path) (\(record.path))"
    if isRight, comparison.fileBytes > comparison.ledgerBytes {
      findings.append(
        Finding(
          .ledgerBehind, place,
          "has \(comparison.fileBytes) bytes, the ledger's members of it \(comparison.ledgerBytes): "
            + "the ledger is older than what was published"))
    }
    for difference in comparison.differences {
      guard isRight, difference.published.count > 0 else { continue }
      let end = difference.offset + UInt64(difference.published.count)
      // What was committed and not published yet is no difference.
      guard end <= comparison.fileBytes, difference.offset < comparison.fileBytes else { continue }
      findings.append(
        Finding(
          .member, ledgerPlace,
          "member \(difference.sequence) is not what \(place) has at byte \(difference.offset)"
            + (difference.isWhole ? "" : ": it does not decompress")))
      if !difference.isWhole {
        restorable.append((record, difference.sequence, difference.published))
      }
    }
    if isRight, comparison.fileBytes < comparison.ledgerBytes {
      findings.append(
        Finding(
          .stale, place,
          "has \(comparison.fileBytes) bytes, the ledger's members of it \(comparison.ledgerBytes): "
            + "a run was interrupted before it published"))
    }
  }

  /// Every by-hash file of the directory that holds a piece index has to be a beginning of this one.
  private mutating func checkOlder(_ name: String, size: UInt64) throws {
    guard let slash = name.lastIndex(of: "/") else { return }
    let directory = "\(name[..<slash])/by-hash/SHA256"
    let path = "\(published.directory)/\(directory)"
    guard exists(path) else { return }
    for entry in try directoryEntries(path) {
      guard let older = try? published.open("\(directory)/\(entry)") else { continue }
      // It is told of elsewhere when its hash is wrong.
      guard SHA256Digest(hex: entry) == (try older.sha256()) else { continue }
      let head = try FileDigest.gzipHead(older, count: 64)
      guard head.starts(with: Array("Publisher:".utf8)) else { continue }
      guard let newest = try published.open(name), try !isPrefix(older, of: newest) else {
        continue
      }
      findings.append(
        Finding(
          .notPrefix, published.path("\(directory)/\(entry)"),
          "was published and is no beginning of \(name), which may only grow"))
    }
  }

  private func isPrefix(
    _ older: borrowing Descriptor, of newest: borrowing Descriptor
  ) throws(ArchiveError) -> Bool {
    let size = Int(clamping: try older.status().st_size)
    guard size <= Int(clamping: try newest.status().st_size) else { return false }
    let chunk = 256 << 10
    let a = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 64)
    let b = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 64)
    defer {
      a.deallocate()
      b.deallocate()
    }
    for offset in stride(from: 0, to: size, by: chunk) {
      let count = try older.readFully(into: a, at: UInt64(offset))
      let rest = UnsafeMutableRawBufferPointer(rebasing: b[..<count])
      guard try newest.readFully(into: rest, at: UInt64(offset)) == count,
        a[..<count].elementsEqual(b[..<count])
      else { return false }
    }
    return true
  }
}

extension PieceIndexFiles {
  /// Compares what a right file tells with what the ledger has.
  private mutating func compare(
    _ text: PieceIndexText, _ record: PieceIndexRecord, _ place: String, isWhole: Bool
  ) throws {
    if let run = text.lastRun {
      for index in run.described {
        pairings[index.path] = Pairing(
          content: index.content, releaseDate: run.releaseDate,
          describesExtended: run.describesExtended)
      }
    }
    for (id, table) in text.tables {
      guard let torrent = knowledge.torrents[id] else {
        findings.append(
          Finding(.ledgerBehind, place, "tells of torrent \(id), which the ledger does not have"))
        continue
      }
      if torrent.record.numbering.next < table.next {
        findings.append(
          Finding(
            .ledgerBehind, place,
            "Next-Piece of torrent \(id) is \(table.next), the ledger's is "
              + "\(torrent.record.numbering.next)"))
      }
      let told = Set(record.told.filter { $0.torrent == torrent.record.row }.map(\.content))
      findings += try knowledge.compare(
        table, torrent, told: isWhole ? told : nil, place: place, ledger: ledger)
    }
  }
}
