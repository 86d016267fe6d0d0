// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CSockets
internal import Glibc
internal import Tracker

/// A batch of datagrams and of the answers to them: one system call for each of the two.
struct DatagramBatch: ~Copyable {
  /// Beyond this, system calls are a small part of the cost.
  private static let capacity: UInt32 = 64
  /// Whatever a client sends beyond it would not fit a path of 1,500 bytes.
  private static let datagramLength = 2048
  private static let answerLength = 2048

  private let batch: OpaquePointer

  /// - Throws: `ArchiveError` when there is no memory.
  init() throws(ArchiveError) {
    guard
      let batch = archive_datagrams_new(
        Self.capacity, Self.datagramLength, Self.answerLength)
    else { throw ArchiveError(.system, "not enough memory") }
    self.batch = batch
  }

  deinit { archive_datagrams_free(batch) }

  /// Receives what has come at `socket` and answers it; false when that was less than a batch, so
  /// that nothing is left.
  mutating func exchange(
    _ socket: CInt, isWildcard: Bool,
    _ answer: (RawSpan, IPAddress, inout ByteWriter) -> Void
  ) -> Bool {
    let count = archive_datagrams_receive(batch, socket, isWildcard ? 1 : 0)
    guard count > 0 else { return false }
    for index in 0..<count {
      var length = 0
      let bytes = archive_datagram_bytes(batch, index, &length)
      guard let source = Endpoint(archive_datagram_source(batch, index).pointee), source.port != 0
      else { continue }
      let datagram = RawSpan(_unsafeStart: bytes, byteCount: length)
      var writer = ByteWriter(
        UnsafeMutableRawBufferPointer(
          start: archive_datagram_answer(batch, index), count: Self.answerLength))
      answer(datagram, source.address, &writer)
      archive_datagram_set_answer(batch, index, writer.count)
    }
    archive_datagrams_answer(batch, socket)
    return count == Int32(Self.capacity)
  }
}
