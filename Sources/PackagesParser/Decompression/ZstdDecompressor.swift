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
      guard ZSTD_isError(status) == 0 else { throw Self.defect(status) }
      isComplete = status == 0
      if !isComplete, before == (source.pos, target.pos) { break }
    }
    consumed += source.pos
    return target.pos
  }

  /// An error is the negative of a number from zstd_errors.h, which is stable since zstd 1.3.1.
  private static func defect(_ status: Int) -> DecompressionDefect {
    switch -status {
    // ZSTD_error_frameParameter_windowTooLarge, ZSTD_error_memory_allocation
    case 16, 64: .tooMuchMemory
    default: .corrupt("zstd")
    }
  }
}
