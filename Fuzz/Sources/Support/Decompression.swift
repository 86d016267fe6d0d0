// SPDX-License-Identifier: Apache-2.0

import PackagesParser

/// Demands of a decompressor that its result does not depend on the size of the parts, that it
/// gets on, and that it keeps within what it was given.
func demandDecompression(of bytes: [UInt8], as compression: Compression) {
  let whole = decompress(bytes, compression, input: .max, output: 4096)
  let parts = decompress(bytes, compression, input: 3, output: 11)
  // libzstd compares a frame with the size it tells only where it decodes it in one go.
  if compression != .zstd {
    demand(whole.isComplete == parts.isComplete, "only some ways of decompressing succeed")
  }
  if whole.isComplete, parts.isComplete {
    demand(whole.bytes == parts.bytes, "the bytes depend on the parts' size")
  }
}

private let most = 1 << 16

private func decompress(
  _ bytes: [UInt8], _ compression: Compression, input: Int, output: Int
) -> (bytes: [UInt8], isComplete: Bool) {
  var limits = ParserLimits()
  limits.xzMemory = 16 << 20
  limits.zstdWindowLog = 20
  guard let decompressor = try? compression.makeDecompressor(limits: limits) else {
    return ([], false)
  }
  var result: [UInt8] = []
  var position = 0
  // Buffers of their own, so that the address sanitizer sees each step beyond them.
  let target = UnsafeMutableRawBufferPointer.allocate(byteCount: output, alignment: 1)
  defer { target.deallocate() }
  while result.count < most {
    let part = bytes[position..<position + min(input, bytes.count - position)]
    let source = UnsafeMutableRawBufferPointer.allocate(byteCount: part.count, alignment: 1)
    defer { source.deallocate() }
    source.copyBytes(from: part)
    var consumed = 0
    guard
      let count = try? decompressor.decode(
        UnsafeRawBufferPointer(source), consumed: &consumed, into: target)
    else { return (result, false) }
    demand(consumed >= 0 && consumed <= part.count, "more was consumed than given")
    demand(count >= 0 && count <= output, "more was written than there is room")
    result += target[..<count]
    position += consumed
    if count == 0, consumed == 0 { return (result, part.isEmpty && decompressor.isComplete) }
  }
  // Too much of it: both ways come here.
  return (Array(result.prefix(most)), true)
}
