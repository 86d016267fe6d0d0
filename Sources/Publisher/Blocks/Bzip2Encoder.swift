// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CBzip2

/// One bzip2 stream over bytes that arrive in parts.
struct Bzip2Encoder: ~Copyable {
  private let stream: UnsafeMutablePointer<bz_stream>
  private var buffer = [CChar](repeating: 0, count: 256 << 10)

  init() throws(ArchiveError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: bz_stream())
    guard BZ2_bzCompressInit(stream, 9, 0, 0) == BZ_OK else {
      stream.deallocate()
      throw ArchiveError(.software, "the bzip2 encoder failed")
    }
  }

  deinit {
    BZ2_bzCompressEnd(stream)
    stream.deallocate()
  }

  /// Compresses `plain`; `finish` ends the stream. Hands what is ready to `output`.
  mutating func encode(
    _ plain: UnsafeRawBufferPointer, finish: Bool,
    _ output: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    let source = plain.baseAddress?.assumingMemoryBound(to: CChar.self)
    stream.pointee.next_in = UnsafeMutablePointer(mutating: source)
    stream.pointee.avail_in = UInt32(plain.count)
    var status = BZ_OK
    repeat {
      let outcome: Result<Void, ArchiveError> = buffer.withUnsafeMutableBufferPointer { buffer in
        stream.pointee.next_out = buffer.baseAddress
        stream.pointee.avail_out = UInt32(buffer.count)
        status = BZ2_bzCompress(stream, finish ? BZ_FINISH : BZ_RUN)
        let used = buffer.count - Int(stream.pointee.avail_out)
        return Result { () throws(ArchiveError) in
          try output(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<used]))
        }
      }
      try outcome.get()
      guard status >= 0 else { throw ArchiveError(.software, "the bzip2 encoder failed") }
    } while finish ? status != BZ_STREAM_END : stream.pointee.avail_in > 0
  }
}
