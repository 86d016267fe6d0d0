// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// Decides what each piece index gains from a run, and writes the whole files.
struct PieceIndexWriting {
  let contents: Contents
  let release: ReleaseFile
  let describesExtended: Bool

  /// The additions of a run; none for a piece index to which nothing happened.
  ///
  /// - Parameters:
  ///   - described: the indices of this run that list contents of a piece index, by its path.
  ///   - records: the piece indices that there are.
  ///   - entries: what each lacks, by path.
  ///   - make: makes the record of a new piece index.
  /// - Throws: `ArchiveError` when a record cannot be made or a member not be compressed.
  /// - Returns: one addition for each piece index that something happened to, by path.
  func additions(
    described: [String: [DescribedIndex]], records: [String: PieceIndexRecord],
    entries: [String: [Int32: PieceIndexMember.Entry]],
    make: (String) throws -> PieceIndexRecord
  ) throws -> [PieceIndexAddition] {
    var additions: [PieceIndexAddition] = []
    for path in Set(records.keys).union(entries.keys).sorted() {
      guard let location = IndexLocation(pieceIndexPath: path),
        let torrent = contents.torrents.first(where: { $0.architecture == location.architecture }),
        let record = torrent.record
      else { continue }
      let index = try records[path] ?? make(path)
      let addition = try addition(
        index, torrent: record, entries: entries[path] ?? [:],
        described: merged(index.described, described[path] ?? []))
      if let addition { additions.append(addition) }
    }
    return additions
  }

  private func addition(
    _ index: PieceIndexRecord, torrent: TorrentRecord,
    entries: [Int32: PieceIndexMember.Entry], described: [DescribedIndex]
  ) throws -> PieceIndexAddition? {
    let retired = retired(index, torrent)
    guard !entries.isEmpty || !retired.isEmpty || described != index.described else { return nil }
    let told = entries.keys.sorted().compactMap { position in
      contents.all[Int(position)].row.map {
        PieceIndexRecord.Told(torrent: torrent.row, content: $0)
      }
    }
    // A generation's header stands before the first member that tells of it here.
    let isFirst = !index.told.contains { $0.torrent == torrent.row } && !entries.isEmpty
    let member = PieceIndexMember(
      header: index.members == 0 || isFirst ? torrent.header : nil, torrent: torrent.id,
      releaseDate: release.date, describesExtended: describesExtended, described: described,
      numbering: torrent.numbering, entries: Array(entries.values),
      retired: retired.compactMap { $0.numbers })
    let text = member.text
    let packed = text.withUnsafeBytes { bytes in
      Result { () throws(ArchiveError) in try Compression.gzipMember(bytes) }
    }
    return PieceIndexAddition(
      record: index, member: try packed.get().bytes, described: described, told: told,
      retired: retired.map(\.told))
  }

  /// What this index has told of and has lost its numbers since.
  private func retired(
    _ index: PieceIndexRecord, _ torrent: TorrentRecord
  ) -> [(told: PieceIndexRecord.Told, numbers: PieceNumberRange?)] {
    guard !index.told.isEmpty else { return [] }
    return contents.all.compactMap { content in
      guard content.isRetired, let row = content.row else { return nil }
      let told = PieceIndexRecord.Told(torrent: torrent.row, content: row)
      return index.told.contains(told) ? (told, content.numbers) : nil
    }
  }

  /// The indices described before that this run did not read but Release still lists, and those it
  /// read.
  private func merged(_ old: [DescribedIndex], _ new: [DescribedIndex]) -> [DescribedIndex] {
    let kept = old.filter { index in
      !new.contains { $0.path == index.path }
        && Compression.allCases.contains { release.files[index.path + $0.suffix] != nil }
    }
    return (kept + new).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Writes `<path>.gz` from the members in the ledger, as they were published before.
  ///
  /// - Returns: the sums of the file, and of its decompressed content.
  static func write(
    _ record: PieceIndexRecord, ledger: Ledger, to path: String, algorithms: [DigestAlgorithm]
  ) throws -> (compressed: OutputSums, plain: OutputSums) {
    if let slash = path.lastIndex(of: "/") { try makeDirectories(String(path[..<slash])) }
    var file = try OutputFile(path: path + ".gz", algorithms: algorithms)
    var plain = try RunningSums(algorithms)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    try ledger.forEachMember(of: record) { bytes in
      try file.write(bytes)
      let decompressor = try Compression.gzip.makeDecompressor()
      var rest = bytes
      while true {
        var consumed = 0
        let count = try decompressor.decode(rest, consumed: &consumed, into: buffer)
        plain.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
        if count == 0, rest.isEmpty || consumed == 0 { break }
      }
      guard decompressor.isComplete, rest.isEmpty else {
        throw ArchiveError(.data, "the ledger is damaged: a member of \(record.path) does not end")
      }
    }
    return (try file.finish(), plain.finish())
  }
}
