// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CLzma

/// The parts of an .xz file (the xz file format, sections 2 to 4): one stream of many blocks.
///
/// Several streams one after the other would be legal too, but apt reads only the first.
enum XZ {
  /// Match length at which the encoder stops looking for a longer one. At blocks of 1 MiB 32
  /// takes an eighth less time than preset 6's 64 for half a percent more bytes.
  static let niceLength: UInt32 = 32
  /// How many candidates the encoder looks at for a match: an eighth less time than its own choice
  /// for another half percent of bytes.
  static let depth: UInt32 = 8
  private static let check = LZMA_CHECK_CRC64

  /// One block: header, compressed data, padding, check.
  static func block(_ plain: UnsafeRawBufferPointer) throws(ArchiveError) -> EncodedBlock {
    var options = lzma_options_lzma()
    guard lzma_lzma_preset(&options, 6) == 0 else { throw failure() }
    // No match reaches further than the block: a larger dictionary only costs memory.
    options.dict_size = 2 << 20
    options.nice_len = niceLength
    options.depth = depth
    let filterLZMA2: lzma_vli = 0x21
    var block = lzma_block()
    block.check = check
    let bound = lzma_block_buffer_bound(plain.count)
    var bytes = [UInt8](repeating: 0, count: bound)
    var used = 0
    let status = withUnsafeMutablePointer(to: &options) { options in
      var filters = [
        lzma_filter(id: filterLZMA2, options: options),
        lzma_filter(id: lzma_vli.max, options: nil),
      ]
      return filters.withUnsafeMutableBufferPointer { filters in
        block.filters = filters.baseAddress
        return lzma_block_buffer_encode(
          &block, nil, plain.baseAddress?.assumingMemoryBound(to: UInt8.self), plain.count,
          &bytes, &used, bound)
      }
    }
    block.filters = nil
    guard status == LZMA_OK else { throw failure() }
    bytes.removeLast(bound - used)
    return EncodedBlock(
      bytes: bytes, unpaddedSize: lzma_block_unpadded_size(&block), plainSize: UInt64(plain.count))
  }

  /// The twelve bytes before the first block.
  static func streamHeader() throws(ArchiveError) -> [UInt8] {
    var flags = lzma_stream_flags()
    flags.check = check
    var bytes = [UInt8](repeating: 0, count: 12)
    guard lzma_stream_header_encode(&flags, &bytes) == LZMA_OK else { throw failure() }
    return bytes
  }

  /// The index of `blocks` and the stream's footer.
  static func streamEnd(
    _ blocks: [(unpadded: UInt64, plain: UInt64)]
  ) throws(ArchiveError) -> [UInt8] {
    guard let index = lzma_index_init(nil) else { throw failure() }
    defer { lzma_index_end(index, nil) }
    for block in blocks {
      guard lzma_index_append(index, nil, block.unpadded, block.plain) == LZMA_OK else {
        throw failure()
      }
    }
    let size = Int(lzma_index_size(index))
    var bytes = [UInt8](repeating: 0, count: size)
    var used = 0
    guard lzma_index_buffer_encode(index, &bytes, &used, size) == LZMA_OK else { throw failure() }
    var flags = lzma_stream_flags()
    flags.check = check
    flags.backward_size = lzma_index_size(index)
    var footer = [UInt8](repeating: 0, count: 12)
    guard lzma_stream_footer_encode(&flags, &footer) == LZMA_OK else { throw failure() }
    return bytes + footer
  }

  private static func failure() -> ArchiveError {
    ArchiveError(.software, "the xz encoder failed")
  }
}
