// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Glibc

/// Files that are read whole, also those that are no regular files.
enum WholeFile {
  /// The bytes of `path`, of standard input for `-`.
  ///
  /// - Throws: `ArchiveError` when it cannot be read, or has more than `limit` bytes.
  static func read(_ path: String, limit: Int) throws(ArchiveError) -> [UInt8] {
    let file = try path == "-" ? input() : Descriptor.open(path)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let outcome = buffer.withUnsafeMutableBytes { buffer in
        Result { () throws(ArchiveError) in try file.read(into: buffer) }
      }
      let count = try outcome.get()
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= limit else {
        throw ArchiveError(
          .data, "larger than \(limit) bytes", at: ArchiveError.Place(file: path))
      }
    }
  }

  private static func input() throws(ArchiveError) -> Descriptor {
    let number = dup(STDIN_FILENO)
    guard number >= 0 else { throw .system(errno, "read", "standard input") }
    return Descriptor(owning: number, path: "standard input")
  }
}
