// SPDX-License-Identifier: Apache-2.0

/// Lends `bytes` in memory of exactly their size, so that the address sanitizer sees each step beyond.
func exactly<T, E: Error>(
  _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(E) -> T
) throws(E) -> T {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
  defer { memory.deallocate() }
  memory.copyBytes(from: bytes)
  return try body(UnsafeRawBufferPointer(memory))
}
