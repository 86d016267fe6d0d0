// SPDX-License-Identifier: Apache-2.0

/// Memory for one whole piece that one worker reads and another digests.
final class PieceBuffer: @unchecked Sendable {  // One task holds it at a time.
  let bytes: UnsafeMutableRawBufferPointer

  /// Takes address space; pages are the system's to give when they are first written.
  init(byteCount: Int) { bytes = .allocate(byteCount: byteCount, alignment: 4096) }

  deinit { bytes.deallocate() }
}
