// SPDX-License-Identifier: Apache-2.0

/// Turns compressed bytes into plain ones, a buffer at a time; no input, no output of its own.
///
/// Concatenated gzip members, bzip2 and xz streams and zstd frames are one file, as their own
/// tools take them.
public protocol Decompressor: AnyObject {
  /// Decodes from `input` into `output`; advances `consumed` by what was used.
  ///
  /// - Returns: how many bytes were written; 0 means that more input is needed.
  /// - Throws: `DecompressionDefect` when the bytes are not what the format allows.
  func decode(
    _ input: UnsafeRawBufferPointer, consumed: inout Int, into output: UnsafeMutableRawBufferPointer
  ) throws(DecompressionDefect) -> Int

  /// Whether the bytes so far end at a legal end of the file.
  var isComplete: Bool { get }
}

/// What is wrong with compressed bytes.
public enum DecompressionDefect: Error, Hashable, Sendable {
  /// The format's check value, header or structure does not hold.
  case corrupt(String)
  /// The stream wants more memory than the limits table gives.
  case tooMuchMemory
  /// The library could not start.
  case unavailable
}

extension DecompressionDefect: CustomStringConvertible {
  public var description: String {
    switch self {
    case .corrupt(let what): "corrupt \(what) data"
    case .tooMuchMemory: "the compressed stream wants more memory than is allowed"
    case .unavailable: "the decompressor could not start"
    }
  }
}

extension Compression {
  /// A decoder for this form.
  ///
  /// - Throws: `DecompressionDefect.unavailable` when the library cannot start.
  public func makeDecompressor(
    limits: ParserLimits = ParserLimits()
  ) throws(DecompressionDefect) -> any Decompressor {
    switch self {
    case .none: PlainBytes()
    case .gzip: try GzipDecompressor()
    case .bzip2: try Bzip2Decompressor()
    case .xz: try XZDecompressor(memoryLimit: limits.xzMemory)
    case .zstd: try ZstdDecompressor(windowLog: limits.zstdWindowLog)
    }
  }
}

/// The form without compression.
final class PlainBytes: Decompressor {
  let isComplete = true

  func decode(
    _ input: UnsafeRawBufferPointer, consumed: inout Int, into output: UnsafeMutableRawBufferPointer
  ) -> Int {
    let count = min(input.count, output.count)
    output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
    consumed += count
    return count
  }
}
