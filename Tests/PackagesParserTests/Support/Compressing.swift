// SPDX-License-Identifier: Apache-2.0

import PackagesParser

extension Compression {
  /// The program that writes this form, with its arguments; it reads its input and writes output.
  var tool: [String] {
    switch self {
    case .none: ["cat"]
    case .gzip: ["gzip", "-nc"]
    case .bzip2: ["bzip2", "-c"]
    case .xz: ["xz", "-c"]
    case .zstd: ["zstd", "-qc"]
    }
  }

  /// `bytes` as the program compresses them.
  func compressed(_ bytes: [UInt8], _ options: [String] = []) throws -> [UInt8] {
    try output(of: tool + options, input: bytes)
  }
}

/// Why a decompression ended without success.
enum DecodingFailure: Error, Hashable {
  case defect(DecompressionDefect)
  case incomplete
  case trailingBytes
}

/// All of `input` decompressed, given in and taken out at most so many bytes at a time.
func decompressed(
  _ input: [UInt8], _ compression: Compression, inputChunk: Int = .max, outputChunk: Int = 1 << 16,
  limits: ParserLimits = ParserLimits()
) throws(DecodingFailure) -> [UInt8] {
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: outputChunk)
  var position = 0
  let decompressor = try started(compression, limits)
  while true {
    let part = input[position..<position + min(inputChunk, input.count - position)]
    var consumed = 0
    let count = try step(decompressor, Array(part), &consumed, &buffer)
    output += buffer[..<count]
    position += consumed
    if count > 0 { continue }
    if part.isEmpty {
      guard decompressor.isComplete else { throw .incomplete }
      return output
    }
    if consumed == 0 { throw .trailingBytes }
  }
}

private func started(
  _ compression: Compression, _ limits: ParserLimits
) throws(DecodingFailure) -> any Decompressor {
  do {
    return try compression.makeDecompressor(limits: limits)
  } catch {
    throw .defect(error)
  }
}

private func step(
  _ decompressor: any Decompressor, _ input: [UInt8], _ consumed: inout Int,
  _ buffer: inout [UInt8]
) throws(DecodingFailure) -> Int {
  let input = UnsafeMutableRawBufferPointer.copy(of: input)
  defer { input.deallocate() }
  let output = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count, alignment: 1)
  defer { output.deallocate() }
  do {
    let count = try decompressor.decode(
      UnsafeRawBufferPointer(input), consumed: &consumed, into: output)
    for index in 0..<count { buffer[index] = output[index] }
    return count
  } catch {
    throw .defect(error)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// A copy of its own, so that a read behind its end is found by the address sanitizer.
  fileprivate static func copy(of bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyBytes(from: bytes)
    return copy
  }
}
