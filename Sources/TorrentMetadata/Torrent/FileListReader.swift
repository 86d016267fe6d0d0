// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Reads the `files` of BEP 3, and what single files and file trees have in common with them.
struct FileListReader {
  let limits: MetadataLimits
  private(set) var files: [TorrentFile] = []
  private(set) var total: UInt64 = 0
  private var pathBytes = 0

  init(limits: MetadataLimits) { self.limits = limits }

  /// Reads a list of dictionaries, each with `length`, `path`, and perhaps `attr`.
  mutating func read(_ list: BencodeValue) throws(ArchiveError) {
    for entry in try list.list("'files'") {
      let length = try entry.require("length")
      try add(entry, length: length, path: try components(entry.require("path")), root: nil)
    }
  }

  /// Adds the file that `entry` describes.
  mutating func add(
    _ entry: BencodeValue, length: BencodeValue, path: ArchivePath, root: SHA256Digest?
  ) throws(ArchiveError) {
    let size = try length.number("a file's length", upTo: limits.fileBytes)
    total += size
    guard total <= limits.totalBytes else {
      throw length.failure("files of more than \(limits.totalBytes) bytes together")
    }
    pathBytes += path.string.utf8.count
    guard pathBytes <= limits.pathBytes else {
      throw entry.failure("paths of more than \(limits.pathBytes) bytes together")
    }
    let attributes = try entry["attr"].map { value throws(ArchiveError) in
      TorrentFile.Attributes(letters: try value.bytes("'attr'"))
    }
    if let link = entry["symlink path"] { _ = try components(link) }
    files.append(
      TorrentFile(path: path, size: ByteCount(size), attributes: attributes ?? [], root: root))
  }

  /// A path given as a list of components.
  private func components(_ list: BencodeValue) throws(ArchiveError) -> ArchivePath {
    var bytes: [UInt8] = []
    var isFirst = true
    for component in try list.list("a file's path") {
      if !isFirst { bytes.append(0x2F) }
      isFirst = false
      try Self.append(component.bytes("a path component"), to: &bytes, at: component)
    }
    return try Self.path(bytes, at: list)
  }

  /// Appends one component, in which no border of components may hide.
  static func append(
    _ component: ArraySlice<UInt8>, to path: inout [UInt8], at value: BencodeValue
  ) throws(ArchiveError) {
    guard !component.isEmpty else { throw value.failure("an empty path component") }
    guard !component.contains(0x2F) else { throw value.failure("a '/' in a path component") }
    path.append(contentsOf: component)
  }

  /// The path that `bytes` spell; `value` is where they were found.
  static func path(
    _ bytes: [UInt8], at value: BencodeValue
  ) throws(ArchiveError) -> ArchivePath {
    do throws(ArchivePath.Defect) {
      let result = bytes.withUnsafeBytes { buffer in
        Result { () throws(ArchivePath.Defect) in try ArchivePath(bytes: buffer) }
      }
      return try result.get()
    } catch {
      throw value.failure(error.description)
    }
  }

  /// One name without a border of components.
  static func name(_ value: BencodeValue) throws(ArchiveError) -> ArchivePath {
    var bytes: [UInt8] = []
    try append(value.bytes("the name"), to: &bytes, at: value)
    return try path(bytes, at: value)
  }
}
