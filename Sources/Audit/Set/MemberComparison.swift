// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger
internal import PackagesParser

/// Compares a published piece index with the members that the ledger keeps of it, byte for byte.
struct MemberComparison {
  /// A member that is not what the file has at its place.
  struct Difference {
    let sequence: Int
    let offset: UInt64
    /// As the file has it.
    let published: [UInt8]
    /// Whether the ledger's own bytes are a whole gzip member.
    let isWhole: Bool
  }

  private(set) var differences: [Difference] = []
  /// Bytes of all members, and of the file.
  private(set) var ledgerBytes: UInt64 = 0
  let fileBytes: UInt64

  /// Compares `file` with the members of `record`.
  init(
    _ file: borrowing Descriptor, _ record: PieceIndexRecord, ledger: Ledger
  ) throws(ArchiveError) {
    fileBytes = UInt64(clamping: try file.status().st_size)
    // The closure cannot take what it borrows.
    let number = try Descriptor.open(file.path)
    var (offset, sequence): (UInt64, Int) = (0, 0)
    var found: [Difference] = []
    try ledger.forEachMember(of: record) { member in
      var published = [UInt8](repeating: 0, count: member.count)
      let count = try published.withUnsafeMutableBytes {
        try number.readFully(into: $0, at: offset)
      }
      published.removeLast(published.count - count)
      if !published.elementsEqual(member), found.count < 100 {
        found.append(
          Difference(
            sequence: sequence, offset: offset, published: published,
            isWhole: Self.isWhole(member)))
      }
      offset += UInt64(member.count)
      sequence += 1
    }
    differences = found
    ledgerBytes = offset
  }

  /// As below.
  static func isWhole(bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { isWhole($0) } }

  /// Whether `member` decompresses to its end, its check value included.
  static func isWhole(_ member: UnsafeRawBufferPointer) -> Bool {
    guard let decompressor = try? Compression.gzip.makeDecompressor() else { return false }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    defer { buffer.deallocate() }
    var rest = member
    while true {
      var consumed = 0
      guard let count = try? decompressor.decode(rest, consumed: &consumed, into: buffer) else {
        return false
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[consumed...])
      if count == 0, rest.isEmpty || consumed == 0 {
        return decompressor.isComplete && rest.isEmpty
      }
    }
  }
}
