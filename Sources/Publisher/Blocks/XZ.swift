// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CLzma

/// The parts of an .xz file (the xz file format, sections 2 to 4): one stream of many blocks.
///
/// Several streams one after the other would be legal too, but apt reads only the first.
enum XZ {
  /// Match length at which the encoder stops looking for a longer one, and how many candidates it
  /// looks at: together about a third less time than preset 6's 64 and its own choice of 48, for
  /// some more than one percent of bytes, at blocks of 1 MiB.
  static let niceLength: UInt32 = 24
  static let depth: UInt32 = 12
  /// How many high bits of a literal's neighbour choose its statistics: text of an index gains a
  /// quarter of a percent from the most that there are (preset 6 has 3), at no cost of time.
  static let literalContext = UInt32(LZMA_LCLP_MAX)
  /// Text has no alignment: looking for none saves a little time.
  static let positionBits: UInt32 = 0
  /// No match reaches further than the block: a larger dictionary only costs memory and time.
  private static let smallestDictionary = 4096
  private static let check = LZMA_CHECK_CRC64

  /// One block: header, compressed data, padding, check.
  static func block(_ plain: UnsafeRawBufferPointer) throws(ArchiveError) -> EncodedBlock {
    var options = lzma_options_lzma()
    guard lzma_lzma_preset(&options, 6) == 0 else { throw failure() }
    options.dict_size = UInt32(clamping: max(plain.count, smallestDictionary))
    options.nice_len = niceLength
    options.depth = depth
    options.lc = literalContext
    options.pb = positionBits
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
