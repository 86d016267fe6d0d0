// SPDX-License-Identifier: Apache-2.0

private import ArchiveModel

/// Writes an answer into memory that its owner reuses; what does not fit is left out and noted.
public struct ByteWriter {
  private let memory: UnsafeMutableRawBufferPointer
  /// How many bytes were written.
  public private(set) var count = 0
  /// Whether something did not fit.
  public private(set) var isOverfull = false

  /// Writes from the start of `memory`, which must live as long as the writer is used.
  public init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

  /// How much still fits.
  public var room: Int { memory.count - count }

  /// What was written so far.
  public var written: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[..<count])
  }

  /// Takes back all that was written after the first `count` bytes.
  public mutating func rewind(to count: Int) {
    self.count = min(count, self.count)
    isOverfull = false
  }

  @inline(__always)
  private mutating func claim(_ length: Int) -> Int? {
    guard length <= memory.count - count else {
      isOverfull = true
      return nil
    }
    defer { count += length }
    return count
  }

  /// Appends a number in network byte order.
  @inline(__always)
  public mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
    guard let offset = claim(MemoryLayout<Number>.size) else { return }
    memory.storeBytes(of: number.bigEndian, toByteOffset: offset, as: Number.self)
  }

  /// Appends ASCII text.
  @inline(__always)
  public mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends bytes.
  @inline(__always)
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let offset = claim(bytes.count), !bytes.isEmpty else { return }
    UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + bytes.count])
      .copyMemory(from: bytes)
  }

  /// Appends text, for the edge.
  public mutating func append(text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends a number in decimal.
  public mutating func append(decimal number: UInt64) {
    number.withDecimal { append($0) }
  }

  /// Overwrites one byte that was written before.
  public mutating func replace(at offset: Int, with byte: UInt8) {
    guard offset >= 0, offset < count else { return }
    memory[offset] = byte
  }
}
