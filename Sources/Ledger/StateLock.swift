// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc

/// The one run that may write a state directory; held until it goes, also when the process dies.
package struct StateLock: ~Copyable {
  private let file: Descriptor

  /// Takes the lock of `directory`, which must exist.
  ///
  /// - Parameters:
  ///   - directory: the state directory.
  ///   - note: written into the lock for whoever finds it held, as `archive-tool hash`.
  ///   - name: the lock's own file; runs that may go on side by side have others.
  /// - Throws: `ArchiveError`: EX_TEMPFAIL naming the holder when another process has it.
  package init(
    directory: String, note: String, file name: String = "lock"
  ) throws(ArchiveError) {
    let path = "\(directory)/\(name)"
    let file = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o644)
    // flock, not a file that exists: it dies with its holder.
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw .system(errno, "lock", path) }
      throw ArchiveError(
        .temporary, "another run holds the state directory: \(try Self.holder(file))",
        at: ArchiveError.Place(file: path), advice: "wait for it to end")
    }
    guard ftruncate(file.number, 0) == 0 else { throw .system(errno, "write", path) }
    let text = Array("process \(getpid()), \(note)\n".utf8)
    try file.write(text)
    self.file = file
  }

  private static func holder(_ file: borrowing Descriptor) throws(ArchiveError) -> String {
    let bytes = try file.readAll(limit: 256)
    let line = bytes.prefix { $0 >= 0x20 }
    return line.isEmpty
      ? "a process that has not said its name yet" : String(decoding: line, as: UTF8.self)
  }
}
