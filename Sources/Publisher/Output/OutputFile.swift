// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc

/// A file being written once, hashed on the way.
struct OutputFile: ~Copyable {
  private let file: Descriptor
  private var sums: RunningSums

  init(path: String, algorithms: [DigestAlgorithm] = [.sha256]) throws(ArchiveError) {
    let sums = try RunningSums(algorithms)
    // A new inode always: an old one may be served or linked by hash.
    let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL)
    self.file = file
    self.sums = sums
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    try file.write(bytes)
    sums.update(bytes)
  }

  mutating func write(_ bytes: [UInt8]) throws(ArchiveError) {
    try file.write(bytes)
    sums.update(bytes)
  }

  /// Makes the file durable and says what it holds.
  mutating func finish() throws(ArchiveError) -> OutputSums {
    try file.synchronize()
    return sums.finish()
  }
}
