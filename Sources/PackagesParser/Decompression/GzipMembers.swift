// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
private import CZlib

/// Cuts a gzip file into its members (RFC 1952 section 2.2), each with the bytes it has on disk.
///
/// One member is in memory at a time; its check value is verified.
package final class GzipMembers {
  private let file: Descriptor
  private let limit: UInt64
  private var stream = z_stream()
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
  private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
  private var pending: Range<Int> = 0..<0

  /// Reads `file` from its current position.
  ///
  /// - Throws: `ArchiveError` when zlib cannot start.
  package init(
    _ file: consuming Descriptor, limits: ParserLimits = ParserLimits()
  ) throws(ArchiveError) {
    limit = limits.compressedBytes
    self.file = file
    // 15 window bits, + 16: gzip wrapper only.
    let size = CInt(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      throw ArchiveError(.software, "zlib could not start")
    }
  }

  deinit {
    inflateEnd(&stream)
    input.deallocate()
    scratch.deallocate()
  }

  /// The next member, whole; nil at the end of the file.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when a member is damaged or does not end.
  package func next() throws(ArchiveError) -> [UInt8]? {
    var member: [UInt8] = []
    while true {
      if pending.isEmpty {
        let count = try file.read(into: input)
        guard count > 0 else {
          if member.isEmpty { return nil }
          throw damaged("the last member does not end")
        }
        pending = 0..<count
      }
      let (used, isComplete) = try advance()
      member += input[pending.lowerBound..<pending.lowerBound + used]
      pending = pending.lowerBound + used..<pending.upperBound
      guard UInt64(member.count) <= limit else { throw damaged("a member is too large") }
      if isComplete {
        guard inflateReset(&stream) == Z_OK else { throw damaged("zlib cannot go on") }
        return member
      }
    }
  }

  /// Decodes what is pending, up to the end of a member; tells how much that was.
  private func advance() throws(ArchiveError) -> (used: Int, isComplete: Bool) {
    stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
      .advanced(by: pending.lowerBound)
    stream.avail_in = UInt32(pending.count)
    while true {
      stream.next_out = scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(scratch.count)
      let status = inflate(&stream, Z_NO_FLUSH)
      guard [Z_OK, Z_BUF_ERROR, Z_STREAM_END].contains(status) else {
        throw damaged("corrupt gzip data")
      }
      if status == Z_STREAM_END || stream.avail_in == 0 && stream.avail_out > 0 {
        return (pending.count - Int(stream.avail_in), status == Z_STREAM_END)
      }
    }
  }

  private func damaged(_ reason: String) -> ArchiveError {
    ArchiveError(.data, reason, at: ArchiveError.Place(file: file.path))
  }
}
