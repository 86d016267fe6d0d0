// SPDX-License-Identifier: Apache-2.0

private import CZlib

/// gzip (RFC 1952): any number of members.
final class GzipDecompressor: Decompressor {
  private var stream = z_stream()
  private(set) var isComplete = false

  init() throws(DecompressionDefect) {
    // 15 window bits, + 16: gzip wrapper only.
    let version = ZLIB_VERSION
    let status = inflateInit2_(&stream, 15 + 16, version, CInt(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw .unavailable }
  }

  deinit { inflateEnd(&stream) }

  func decode(
    _ input: UnsafeRawBufferPointer, consumed: inout Int, into output: UnsafeMutableRawBufferPointer
  ) throws(DecompressionDefect) -> Int {
    let source = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.next_in = UnsafeMutablePointer(mutating: source)
    stream.avail_in = UInt32(clamping: input.count)
    stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(clamping: output.count)
    let offered = (stream.avail_in, stream.avail_out)
    // Decoded bytes may wait inside zlib after its last input byte was taken: call until it gives
    // nothing more.
    while stream.avail_out > 0, !isComplete || stream.avail_in > 0 {
      if isComplete {
        guard inflateReset(&stream) == Z_OK else { throw .unavailable }
        isComplete = false
      }
      let before = (stream.avail_in, stream.avail_out)
      switch inflate(&stream, Z_NO_FLUSH) {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: isComplete = true
      case Z_MEM_ERROR: throw .tooMuchMemory
      default: throw .corrupt("gzip")
      }
      if !isComplete, before == (stream.avail_in, stream.avail_out) { break }
    }
    consumed += Int(offered.0 - stream.avail_in)
    return Int(offered.1 - stream.avail_out)
  }
}
