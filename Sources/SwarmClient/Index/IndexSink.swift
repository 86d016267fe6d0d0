// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import NIOCore
private import Synchronization

/// A file of the cache that is being written, and its hash.
final class IndexSink: Sendable {
  private struct State: ~Copyable {
    var file: Descriptor
    var digest: StreamDigest
    var size: UInt64 = 0

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
      try file.write(bytes)
      digest.update(bytes)
      size += UInt64(bytes.count)
    }
  }

  private let state: Mutex<State>
  private let cache: IndexCache
  private let name: String

  /// Begins with the first `count` bytes of the file that is there.
  ///
  /// - Throws: `ArchiveError` when the cache cannot be read or written.
  init(_ cache: IndexCache, _ name: String, keeping count: UInt64) throws(ArchiveError) {
    self.cache = cache
    self.name = name
    var state = State(file: try cache.begin(name), digest: try StreamDigest(.sha256))
    if count > 0 { try Self.copy(cache.path(name), count, to: &state) }
    self.state = Mutex(state)
  }

  private static func copy(
    _ path: String, _ count: UInt64, to state: inout State
  ) throws(ArchiveError) {
    let old = try Descriptor.open(path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while state.size < count {
      let wanted = Int(min(UInt64(buffer.count), count - state.size))
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
      let read = try old.readFully(into: part, at: state.size)
      guard read > 0 else { return }
      try state.take(UnsafeRawBufferPointer(rebasing: part[..<read]))
    }
  }

  /// Adds bytes.
  ///
  /// - Throws: `ArchiveError` when they cannot be written.
  func write(_ bytes: ByteBuffer) throws {
    try state.withLock { state in try bytes.withUnsafeReadableBytes { try state.take($0) } }
  }

  /// Gives the file its name, if it is `content`.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when it is not.
  func finish(expecting content: ContentID, from url: String) throws(ArchiveError) {
    try state.withLock { state throws(ArchiveError) in
      let found = ContentID(sha256: state.digest.finishSHA256(), size: ByteCount(state.size))
      guard found == content else {
        throw ArchiveError(
          .data, "SHA-256 is \(found), Release lists \(content)", at: ArchiveError.Place(file: url),
          advice: "the mirror is in the middle of an update, or damaged: try again, or another one")
      }
      try cache.commit(state.file, as: name)
    }
  }

  /// Removes the file.
  func discard() { state.withLock { cache.discard($0.file) } }
}
