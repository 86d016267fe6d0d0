// SPDX-License-Identifier: Apache-2.0

private import CBzip2

/// bzip2: any number of concatenated streams.
final class Bzip2Decompressor: Decompressor {
  private var stream = bz_stream()
  private(set) var isComplete = false

  init() throws(DecompressionDefect) {
    guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { throw .unavailable }
  }

  deinit { BZ2_bzDecompressEnd(&stream) }

  func decode(
    _ input: UnsafeRawBufferPointer, consumed: inout Int, into output: UnsafeMutableRawBufferPointer
  ) throws(DecompressionDefect) -> Int {
    let source = input.baseAddress?.assumingMemoryBound(to: CChar.self)
    stream.next_in = UnsafeMutablePointer(mutating: source)
    stream.avail_in = UInt32(clamping: input.count)
    stream.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
    stream.avail_out = UInt32(clamping: output.count)
    let offered = (stream.avail_in, stream.avail_out)
    // A block waits inside the library after its last input byte was taken: call until it gives
    // nothing more.
    while stream.avail_out > 0, !isComplete || stream.avail_in > 0 {
      if isComplete { try restart() }
      let before = (stream.avail_in, stream.avail_out)
      switch BZ2_bzDecompress(&stream) {
      case BZ_OK: break
      case BZ_STREAM_END: isComplete = true
      case BZ_MEM_ERROR: throw .tooMuchMemory
      default: throw .corrupt("bzip2")
      }
      if !isComplete, before == (stream.avail_in, stream.avail_out) { break }
    }
    consumed += Int(offered.0 - stream.avail_in)
    return Int(offered.1 - stream.avail_out)
  }

  private func restart() throws(DecompressionDefect) {
    let rest = (stream.next_in, stream.avail_in, stream.next_out, stream.avail_out)
    BZ2_bzDecompressEnd(&stream)
    stream = bz_stream()
    guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { throw .unavailable }
    (stream.next_in, stream.avail_in, stream.next_out, stream.avail_out) = rest
    isComplete = false
  }
}
