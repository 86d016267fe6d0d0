// SPDX-License-Identifier: Apache-2.0

private import CZstd

/// Zstandard (RFC 8878): any number of frames.
final class ZstdDecompressor: Decompressor {
  private let context: OpaquePointer
  private(set) var isComplete = false

  init(windowLog: Int32) throws(DecompressionDefect) {
    guard let context = ZSTD_createDCtx() else { throw .unavailable }
    self.context = context
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, windowLog)
  }

  deinit { ZSTD_freeDCtx(context) }

  func decode(
    _ input: UnsafeRawBufferPointer, consumed: inout Int, into output: UnsafeMutableRawBufferPointer
  ) throws(DecompressionDefect) -> Int {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    while target.pos < target.size, !isComplete || source.pos < source.size {
      let before = (source.pos, target.pos)
      let status = ZSTD_decompressStream(context, &target, &source)
      guard ZSTD_isError(status) == 0 else { throw .corrupt("zstd") }
      isComplete = status == 0
      if !isComplete, before == (source.pos, target.pos) { break }
    }
    consumed += source.pos
    return target.pos
  }
}
