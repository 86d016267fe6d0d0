// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CDeflate
private import CLzma
private import CZstd
internal import PackagesParser

/// One compressed block of an index, fit to stand beside others in one file.
struct EncodedBlock: Sendable, Hashable {
  /// What goes into the file; in xz the block with header, padding and check.
  var bytes: [UInt8]
  /// Size before padding, as the xz index lists it; 0 in other forms.
  var unpaddedSize: UInt64
  /// Size of the plain bytes.
  var plainSize: UInt64
}

extension Compression {
  /// Names the encoder and its parameters; a cached block is good only under the same.
  var encoderName: String {
    switch self {
    case .none: "none"
    case .gzip: "gzip-libdeflate-6"
    case .xz: "xz-6-\(XZ.niceLength)-\(XZ.depth)-\(XZ.literalContext)-\(XZ.positionBits)"
    case .zstd: "zstd-19"
    case .bzip2: "bzip2-9"
    }
  }

  /// Whether blocks can be compressed apart and set side by side. apt reads only the first of
  /// several bzip2 streams.
  var hasIndependentBlocks: Bool { self != .bzip2 }

  /// Compresses one block.
  ///
  /// - Throws: `ArchiveError` when the library fails.
  func encode(_ plain: UnsafeRawBufferPointer) throws(ArchiveError) -> EncodedBlock {
    switch self {
    case .none, .bzip2:
      EncodedBlock(bytes: Array(plain), unpaddedSize: 0, plainSize: UInt64(plain.count))
    case .gzip: try Self.gzipMember(plain)
    case .xz: try XZ.block(plain)
    case .zstd: try Self.zstdFrame(plain)
    }
  }

  /// A whole gzip member (RFC 1952) without name and time, so that equal input gives equal bytes.
  /// libdeflate's level 6 takes two fifths of the time of zlib's 9, for fewer bytes.
  static func gzipMember(_ plain: UnsafeRawBufferPointer) throws(ArchiveError) -> EncodedBlock {
    guard let compressor = libdeflate_alloc_compressor(6) else { throw failure("gzip") }
    defer { libdeflate_free_compressor(compressor) }
    let bound = libdeflate_gzip_compress_bound(compressor, plain.count)
    let bytes = [UInt8](unsafeUninitializedCapacity: bound) { buffer, used in
      used = libdeflate_gzip_compress(
        compressor, plain.baseAddress, plain.count, buffer.baseAddress, bound)
    }
    guard !bytes.isEmpty else { throw failure("gzip") }
    return EncodedBlock(bytes: bytes, unpaddedSize: 0, plainSize: UInt64(plain.count))
  }

  private static func zstdFrame(_ plain: UnsafeRawBufferPointer) throws(ArchiveError)
    -> EncodedBlock
  {
    let bound = ZSTD_compressBound(plain.count)
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: bound) { buffer, used in
      let written = ZSTD_compress(buffer.baseAddress, bound, plain.baseAddress, plain.count, 19)
      failed = ZSTD_isError(written) != 0
      used = failed ? 0 : written
    }
    guard !failed else { throw failure("zstd") }
    return EncodedBlock(bytes: bytes, unpaddedSize: 0, plainSize: UInt64(plain.count))
  }

  private static func failure(_ library: String) -> ArchiveError {
    ArchiveError(.software, "the \(library) encoder failed")
  }
}
