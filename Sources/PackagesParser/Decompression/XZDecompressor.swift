// SPDX-License-Identifier: Apache-2.0

private import CLzma

/// xz: any number of concatenated streams with stream padding.
final class XZDecompressor: Decompressor {
  private var stream = lzma_stream()
  private(set) var isComplete = false

  init(memoryLimit: UInt64) throws(DecompressionDefect) {
    let concatenated: UInt32 = 0x08  // LZMA_CONCATENATED, a macro Swift cannot see
    guard lzma_stream_decoder(&stream, memoryLimit, concatenated) == LZMA_OK else {
      throw .unavailable
    }
  }

  deinit { lzma_end(&stream) }

  func decode(
    _ input: UnsafeRawBufferPointer, consumed: inout Int, into output: UnsafeMutableRawBufferPointer
  ) throws(DecompressionDefect) -> Int {
    stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_in = input.count
    stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = output.count
    if isComplete {
      guard input.isEmpty else { throw .corrupt("xz") }
      return 0
    }
    // With LZMA_CONCATENATED only the end of input tells the last stream from the next.
    let action = input.isEmpty ? LZMA_FINISH : LZMA_RUN
    switch lzma_code(&stream, action) {
    case LZMA_OK, LZMA_BUF_ERROR: break
    case LZMA_STREAM_END: isComplete = true
    case LZMA_MEMLIMIT_ERROR, LZMA_MEM_ERROR: throw .tooMuchMemory
    default: throw .corrupt("xz")
    }
    consumed += input.count - stream.avail_in
    return output.count - stream.avail_out
  }
}
