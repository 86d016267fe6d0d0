// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Reads an info dictionary and checks that it agrees with itself.
struct TorrentInfoReader {
  /// The keys that mean something here.
  static let keys: Set<String> = [
    "collections", "file tree", "files", "length", "meta version", "name", "piece length",
    "pieces", "private", "similar",
  ]

  let form: TorrentForm
  let name: ArchivePath
  let pieceLength: UInt64
  private(set) var isSingleFile = false
  private(set) var files: [TorrentFile] = []

  private let info: BencodeValue
  private let limits: MetadataLimits

  init(_ info: BencodeValue, limits: MetadataLimits) throws(ArchiveError) {
    self.info = info
    self.limits = limits
    form = try Self.form(of: info)
    name = try FileListReader.name(info.require("name"))
    pieceLength = try Self.pieceLength(of: info, form, limits)
    if form.hasV1 { try readList() }
    if form.hasV2 { try readTree() }
    if let path = PathOrder.conflict(in: files.filter { !$0.isPadding }.map(\.path)) {
      throw info.failure("the path \(path) stands for two files, or a file and a directory")
    }
  }

  private static func form(of info: BencodeValue) throws(ArchiveError) -> TorrentForm {
    let hasList = info["files"] != nil || info["length"] != nil || info["pieces"] != nil
    guard let version = info["meta version"] else {
      guard info["file tree"] == nil else {
        throw info.failure("a file tree, but no 'meta version'")
      }
      return .v1
    }
    guard try version.number("'meta version'") == 2 else {
      throw version.failure("expected 2 as 'meta version'")
    }
    return hasList ? .hybrid : .v2
  }

  private static func pieceLength(
    of info: BencodeValue, _ form: TorrentForm, _ limits: MetadataLimits
  ) throws(ArchiveError) -> UInt64 {
    let value = try info.require("piece length")
    let length = try value.number("the piece length", upTo: limits.pieceBytes)
    guard length > 0 else { throw value.failure("the piece length is zero") }
    guard !form.hasV2 || PieceSize(rawValue: length) != nil else {
      throw value.failure(
        "the piece length is \(length), expected a power of two from 16384 on (BEP 52)")
    }
    return length
  }

  /// The half of BEP 3.
  private mutating func readList() throws(ArchiveError) {
    var reader = FileListReader(limits: limits)
    switch (info["length"], info["files"]) {
    case (let length?, nil):
      isSingleFile = true
      try reader.add(info, length: length, path: name, root: nil)
    case (nil, let list?): try reader.read(list)
    default: throw info.failure("expected either 'length' or 'files'")
    }
    files = reader.files
    guard reader.total > 0 else { throw info.failure("no file has any bytes") }
    try checkPieces(total: reader.total)
  }

  private func checkPieces(total: UInt64) throws(ArchiveError) {
    let value = try info.require("pieces")
    let pieces = try value.bytes("'pieces'")
    guard pieces.count.isMultiple(of: 20) else {
      throw value.failure("'pieces' has \(pieces.count) bytes, expected a multiple of 20")
    }
    let expected = (total - 1) / pieceLength + 1
    guard pieces.count / 20 == expected else {
      throw value.failure("\(pieces.count / 20) pieces, expected \(expected) for \(total) bytes")
    }
  }

  /// The half of BEP 52; of a hybrid it has to say what the other says.
  private mutating func readTree() throws(ArchiveError) {
    let tree = try info.require("file tree")
    var reader = FileTreeReader(limits: limits)
    try reader.read(tree)
    let isSingle = reader.list.files.count == 1 && reader.list.files.first?.path == name
    if form == .hybrid {
      guard isSingle == isSingleFile else {
        throw tree.failure("one half of the torrent is a single file, the other is not")
      }
      files = try HybridHalves(list: files, tree: reader.list.files, pieceLength: pieceLength)
        .joined(at: tree)
    } else {
      files = reader.list.files
      isSingleFile = isSingle
      guard reader.list.total > 0 else { throw tree.failure("no file has any bytes") }
    }
  }
}
