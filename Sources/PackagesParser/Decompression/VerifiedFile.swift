// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel

/// One file of an index, decompressed and checked against the signed Release while it streams.
///
/// The bytes given out before the end are unproven: only after `read` has returned 0 may anything
/// that was learnt from them be believed.
package final class VerifiedFile: ByteSource {
  package let name: String
  private let file: Descriptor
  private let decompressor: any Decompressor
  private let limits: ParserLimits

  private var input: UnsafeMutableRawBufferPointer
  private var pending: Range<Int> = 0..<0
  private var inputEnded = false
  private var failure: ArchiveError?
  private var compressed: Verifier
  private var plain: Verifier

  private static let chunk = 256 << 10

  /// Reads `file`; `compressedAs` and `plainAs` are what Release lists for the file as it lies
  /// on disk and for its decompressed bytes, nil where it lists nothing.
  ///
  /// - Throws: `ArchiveError` when a decompressor or digest cannot start.
  package init(
    _ file: consuming Descriptor, compression: Compression, compressedAs: ContentID?,
    plainAs: ContentID?, limits: ParserLimits = ParserLimits()
  ) throws(ArchiveError) {
    name = file.path
    do {
      decompressor = try compression.makeDecompressor(limits: limits)
    } catch {
      throw ArchiveError(.software, "\(error)", at: ArchiveError.Place(file: file.path))
    }
    compressed = try Verifier(
      expected: compression == .none ? nil : compressedAs,
      limit: compression == .none ? limits.indexBytes : limits.compressedBytes,
      hashes: compression != .none)
    plain = try Verifier(
      expected: plainAs ?? (compression == .none ? compressedAs : nil), limit: limits.indexBytes,
      hashes: true)
    self.limits = limits
    self.file = file
    input = .allocate(byteCount: Self.chunk, alignment: 64)
  }

  deinit { input.deallocate() }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    // What was refused once must not end well when it is asked for again.
    if let failure { throw failure }
    do {
      return try advance(into: buffer)
    } catch {
      failure = error
      throw error
    }
  }

  private func advance(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    while true {
      if pending.isEmpty, !inputEnded { try refill() }
      var consumed = 0
      let produced: Int
      do throws(DecompressionDefect) {
        produced = try decompressor.decode(
          UnsafeRawBufferPointer(rebasing: input[pending]), consumed: &consumed, into: buffer)
      } catch {
        throw damaged("\(error)", at: plain.count)
      }
      pending = pending.lowerBound + consumed..<pending.upperBound
      if produced > 0 {
        try plain.take(UnsafeRawBufferPointer(rebasing: buffer[..<produced]), of: name)
        return produced
      }
      if inputEnded, pending.isEmpty { return try finish() }
      if consumed == 0, !pending.isEmpty { throw damaged("trailing bytes after the end", at: nil) }
    }
  }

  /// What the decompressed bytes were, once `read` has returned 0.
  ///
  /// - Throws: `ArchiveError` (EX_SOFTWARE) when bytes remain: they would be unproven.
  package func plainContent() throws(ArchiveError) -> ContentID {
    guard let content = plain.content else {
      throw ArchiveError(.software, "the index was not read to its end")
    }
    return content
  }

  private func refill() throws(ArchiveError) {
    let count = try file.read(into: input)
    pending = 0..<count
    inputEnded = count == 0
    try compressed.take(UnsafeRawBufferPointer(rebasing: input[..<count]), of: name)
  }

  private func finish() throws(ArchiveError) -> Int {
    // The digest says more than the format does: a truncated file is first of all the wrong one.
    try compressed.finish(of: name, what: "the file")
    guard decompressor.isComplete else {
      throw damaged("the compressed data ends too early", at: plain.count)
    }
    try plain.finish(of: name, what: "its decompressed content")
    return 0
  }

  private func damaged(_ reason: String, at offset: UInt64?) -> ArchiveError {
    ArchiveError(
      .data, reason, at: ArchiveError.Place(file: name, offset: offset),
      advice: "the file is damaged or the mirror is half synced: sync again")
  }
}

/// Counts and hashes bytes, and compares at the end.
private struct Verifier: ~Copyable {
  private var digest: StreamDigest
  private let expected: ContentID?
  private let limit: UInt64
  // Without compression both counters see the same bytes: one digest is enough.
  private let hashes: Bool
  private(set) var count: UInt64 = 0
  /// What was taken, once all of it was.
  private(set) var content: ContentID?

  init(expected: ContentID?, limit: UInt64, hashes: Bool) throws(ArchiveError) {
    self.hashes = hashes
    digest = try StreamDigest(.sha256)
    self.expected = expected
    self.limit = limit
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer, of name: String) throws(ArchiveError) {
    count += UInt64(bytes.count)
    let place = ArchiveError.Place(file: name)
    guard count <= limit else {
      throw ArchiveError(.data, "larger than the limit of \(limit) bytes", at: place)
    }
    if let expected, count > expected.size.rawValue {
      throw ArchiveError(
        .data, "larger than the \(expected.size) bytes that Release lists", at: place,
        advice: Verifier.advice)
    }
    if hashes { digest.update(bytes) }
  }

  mutating func finish(of name: String, what: String) throws(ArchiveError) {
    guard content == nil else { return }
    let found = ContentID(sha256: digest.finishSHA256(), size: ByteCount(count))
    content = found
    guard let expected else { return }
    guard found == expected else {
      throw ArchiveError(
        .data, "\(what) is SHA-256 \(found), Release lists \(expected)",
        at: ArchiveError.Place(file: name), advice: Verifier.advice)
    }
  }

  private static let advice =
    "index and Release do not belong together: wait for the archive update to end, or sync again"
}
