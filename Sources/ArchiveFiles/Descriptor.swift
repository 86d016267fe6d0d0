// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Glibc

/// An open file descriptor, closed when its owner goes.
public struct Descriptor: ~Copyable, Sendable {
  /// The number, valid while this value lives.
  package let number: CInt
  /// For messages.
  package let path: String

  package init(owning number: CInt, path: String) {
    self.number = number
    self.path = path
  }

  deinit { close(number) }

  /// Opens `path` with open(2)'s `flags`; O_CLOEXEC is added.
  ///
  /// - Throws: `ArchiveError` for any failure.
  package static func open(
    _ path: String, _ flags: CInt = O_RDONLY, mode: mode_t = 0o644
  ) throws(ArchiveError) -> Descriptor {
    let number = Glibc.open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else {
      throw .system(errno, flags & O_CREAT != 0 ? "create" : "open", path)
    }
    return Descriptor(owning: number, path: path)
  }

  /// fstat(2).
  ///
  /// - Throws: `ArchiveError` for any failure.
  package func status() throws(ArchiveError) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw .system(errno, "examine", path) }
    return status
  }

  /// Reads once at `offset`, or at the current position when nil; 0 at the end of the file.
  ///
  /// - Throws: `ArchiveError` for any failure but EINTR, which is tried again.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64? = nil
  ) throws(ArchiveError) -> Int {
    while true {
      let count =
        if let offset { pread(number, buffer.baseAddress, buffer.count, off_t(offset)) } else {
          Glibc.read(number, buffer.baseAddress, buffer.count)
        }
      if count >= 0 { return count }
      if errno != EINTR { throw .system(errno, "read", path) }
    }
  }

  /// Reads from `offset` until `buffer` is full or the file ends; returns how much was read.
  ///
  /// - Throws: `ArchiveError` for any failure.
  package func readFully(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(ArchiveError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = try read(into: rest, at: offset + UInt64(filled))
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Writes all of `bytes` at the current position.
  ///
  /// - Throws: `ArchiveError` for any failure; a part may have been written.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(number, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno != EINTR {
        throw .system(errno, "write", path)
      }
    }
  }

  /// Writes all of `bytes` at the current position.
  ///
  /// - Throws: `ArchiveError` for any failure; a part may have been written.
  package func write(_ bytes: [UInt8]) throws(ArchiveError) {
    // The closure cannot carry a typed throw through `withUnsafeBytes`.
    let outcome = bytes.withUnsafeBytes { buffer in
      Result { () throws(ArchiveError) in try write(buffer) }
    }
    try outcome.get()
  }

  /// The bytes of the file from its start, at most `limit` of them.
  ///
  /// - Throws: `ArchiveError` for any failure.
  package func readAll(limit: Int) throws(ArchiveError) -> [UInt8] {
    // All of a regular file, and that it ends there; what is made as it is read, as in proc(5), has
    // no size.
    var room = min(limit - 1, max(Int(clamping: try status().st_size), 65_535)) + 1
    var bytes = try readAtMost(room, at: 0)
    while bytes.count == room, room < limit {
      let more = min(room, limit - room)
      bytes += try readAtMost(more, at: UInt64(room))
      room += more
    }
    return bytes
  }

  private func readAtMost(_ limit: Int, at offset: UInt64) throws(ArchiveError) -> [UInt8] {
    var outcome = Result<Int, ArchiveError>.success(0)
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      outcome = Result { () throws(ArchiveError) in
        try readFully(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      }
      if case .success(let filled) = outcome { count = filled }
    }
    _ = try outcome.get()
    return bytes
  }

  /// fsync(2).
  ///
  /// - Throws: `ArchiveError` for any failure: what was written may be lost.
  package func synchronize() throws(ArchiveError) {
    guard fsync(number) == 0 else { throw .system(errno, "write to disk", path) }
  }
}
