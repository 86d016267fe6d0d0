// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser

/// Reads whole files of a published set for their digests.
enum FileDigest {
  private static let chunk = 256 << 10

  /// Reads a verified file to its end, for nothing but the verdict.
  static func drain(_ file: VerifiedFile) throws(ArchiveError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 64)
    defer { buffer.deallocate() }
    while try file.read(into: buffer) > 0 {}
  }

  /// The first decompressed bytes of a gzip file; empty where it is none.
  static func gzipHead(_ file: borrowing Descriptor, count: Int) throws(ArchiveError) -> [UInt8] {
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 64)
    defer { input.deallocate() }
    let read = try file.readFully(into: input, at: 0)
    guard read > 2, input[0] == 0x1F, input[1] == 0x8B,
      let decompressor = try? Compression.gzip.makeDecompressor()
    else { return [] }
    var output = [UInt8](repeating: 0, count: count)
    var consumed = 0
    let produced = output.withUnsafeMutableBytes { output in
      (try? decompressor.decode(
        UnsafeRawBufferPointer(rebasing: input[..<read]), consumed: &consumed, into: output)) ?? 0
    }
    return Array(output.prefix(produced))
  }
}
