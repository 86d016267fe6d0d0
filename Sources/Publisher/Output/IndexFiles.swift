// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser

/// The files of one index that is being written, one a compression, all from the same blocks.
struct IndexFiles: ~Copyable {
  var result: BlockPipeline.Result
  private let compressions: [Compression]
  // One slot a compression: owners of descriptors cannot be an array's elements.
  private var gzip: OutputFile?
  private var xz: OutputFile?
  private var zstd: OutputFile?
  private var bzip2: OutputFile?
  private var none: OutputFile?
  private var bzip2Encoder: Bzip2Encoder?
  private var xzBlocks: [(unpadded: UInt64, plain: UInt64)] = []
  private var plain: RunningSums

  init(
    path: String, compressions: [Compression], algorithms: [DigestAlgorithm]
  ) throws(ArchiveError) {
    func file(_ compression: Compression) throws(ArchiveError) -> OutputFile? {
      guard compressions.contains(compression) else { return nil }
      return try OutputFile(path: path + compression.suffix, algorithms: algorithms)
    }
    // All or nothing: an owner that throws half made cannot be cleaned up.
    let gzip = try file(.gzip)
    var xz = try file(.xz)
    let zstd = try file(.zstd)
    let bzip2 = try file(.bzip2)
    let none = try file(.none)
    let encoder = compressions.contains(.bzip2) ? try Bzip2Encoder() : nil
    let header = try XZ.streamHeader()
    try xz?.write(header)
    plain = try RunningSums(algorithms)
    self.gzip = gzip
    self.xz = xz
    self.zstd = zstd
    self.bzip2 = bzip2
    self.none = none
    bzip2Encoder = encoder
    self.compressions = compressions
    result = BlockPipeline.Result(plain: OutputSums(size: .zero))
  }

  /// Writes the next block; `encoded` has one for each compression, in order.
  mutating func append(_ bytes: [UInt8], _ encoded: [EncodedBlock]) throws(ArchiveError) {
    plain.update(bytes)
    for (compression, block) in zip(compressions, encoded) {
      switch compression {
      case .gzip: try gzip?.write(block.bytes)
      case .zstd: try zstd?.write(block.bytes)
      case .none: try none?.write(bytes)
      case .bzip2: try encodeBzip2(bytes, finish: false)
      case .xz:
        try xz?.write(block.bytes)
        xzBlocks.append((block.unpaddedSize, block.plainSize))
      }
    }
  }

  /// Ends every file and makes it durable.
  mutating func finish() throws(ArchiveError) -> BlockPipeline.Result {
    if xz != nil {
      try xz?.write(try XZ.streamEnd(xzBlocks))
      result.files[.xz] = try xz?.finish()
    }
    if gzip != nil {
      // An empty file is no gzip file: at least one member.
      if result.blockCount == 0 {
        try gzip?.write(
          try Compression.gzipMember(UnsafeRawBufferPointer(start: nil, count: 0)).bytes)
      }
      result.files[.gzip] = try gzip?.finish()
    }
    if zstd != nil {
      if result.blockCount == 0 {
        try zstd?.write(
          try Compression.zstd.encode(UnsafeRawBufferPointer(start: nil, count: 0)).bytes)
      }
      result.files[.zstd] = try zstd?.finish()
    }
    if bzip2 != nil {
      try encodeBzip2([], finish: true)
      result.files[.bzip2] = try bzip2?.finish()
    }
    if none != nil { result.files[.none] = try none?.finish() }
    result.plain = plain.finish()
    return result
  }

  private mutating func encodeBzip2(_ bytes: [UInt8], finish: Bool) throws(ArchiveError) {
    var output: [UInt8] = []
    let outcome = bytes.withUnsafeBytes { plain in
      Result { () throws(ArchiveError) in
        try bzip2Encoder?.encode(plain, finish: finish) { (part) throws(ArchiveError) in
          output.append(contentsOf: part)
        }
      }
    }
    try outcome.get()
    try bzip2?.write(output)
  }
}
