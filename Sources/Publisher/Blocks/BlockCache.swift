// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc
internal import PackagesParser

/// Compressed blocks of earlier runs, by the SHA-256 of their plain bytes.
///
/// Disposable: whatever is missing or damaged is compressed again. Each file says the SHA-256 of
/// what follows it, because a damaged block would be published.
package struct BlockCache: Sendable {
  /// The directory, made when the first block is stored.
  package let directory: String

  private static let magic = Array("archive-tool block 1\n".utf8)

  package init(directory: String) { self.directory = directory }

  /// Names of the cache's files that are not whole.
  ///
  /// - Throws: `ArchiveError` when the directory cannot be listed.
  package func damagedFiles() throws(ArchiveError) -> [String] {
    guard exists(directory) else { return [] }
    return try directoryEntries(directory).filter { name in
      name.hasSuffix(".block") && Self.block(at: "\(directory)/\(name)") == nil
    }
  }

  /// The block `digest`, nil when it is not there whole.
  func block(_ digest: SHA256Digest, _ compression: Compression) -> EncodedBlock? {
    Self.block(at: path(digest, compression))
  }

  private static func block(at path: String) -> EncodedBlock? {
    guard let file = try? Descriptor.open(path),
      let size = try? file.status().st_size, size < 64 << 20,
      let bytes = try? file.readAll(limit: Int(size)), bytes.starts(with: magic)
    else { return nil }
    let header = magic.count + 32
    guard bytes.count >= header + 16 else { return nil }
    let sums = bytes.withUnsafeBytes { bytes in
      (
        SHA256Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[magic.count..<header])),
        try? SHA256Digest.hashing(UnsafeRawBufferPointer(rebasing: bytes[header...]))
      )
    }
    guard let payload = sums.1, sums.0 == payload else { return nil }
    func number(_ offset: Int) -> UInt64 {
      bytes[(header + offset)..<(header + offset + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    return EncodedBlock(
      bytes: Array(bytes[(header + 16)...]), unpaddedSize: number(0), plainSize: number(8))
  }

  /// Stores a block; a failure is no error, because the cache is only a saving.
  func store(_ block: EncodedBlock, _ digest: SHA256Digest, _ compression: Compression) {
    var payload: [UInt8] = []
    for number in [block.unpaddedSize, block.plainSize] {
      for shift in stride(from: 56, through: 0, by: -8) {
        payload.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
      }
    }
    payload += block.bytes
    guard let sum = try? SHA256Digest.hashing(payload) else { return }
    let path = path(digest, compression)
    mkdir(directory, 0o755)
    let temporary = TemporaryName.of(path)
    do {
      let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
      try file.write(Self.magic + sum.bytes + payload)
      if rename(temporary, path) != 0 { unlink(temporary) }
    } catch {
      unlink(temporary)
    }
  }

  /// Forgets all blocks but `used`, and what a killed run left half written; names that are not
  /// ours stay.
  func prune(keeping used: Set<String>) {
    guard let names = try? directoryEntries(directory) else { return }
    for name in names where !used.contains(name) {
      let isHalf = name.hasSuffix(".new") && name.contains(".block.")
      if isHalf || name.hasSuffix(".block") { unlink("\(directory)/\(name)") }
    }
  }

  /// The name of a block's file.
  static func name(_ digest: SHA256Digest, _ compression: Compression) -> String {
    "\(digest)-\(compression.encoderName).block"
  }

  private func path(_ digest: SHA256Digest, _ compression: Compression) -> String {
    "\(directory)/\(Self.name(digest, compression))"
  }
}
