// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

extension Inspection {
  /// What a metalink that was found well-formed says.
  mutating func describe(_ metalink: Metalink) {
    add("generator", metalink.generator)
    add("origin", metalink.origin?.string)
    add("published", metalink.published?.description)
    for file in metalink.files { describe(file) }
  }

  private mutating func describe(_ file: MetalinkFile) {
    add("file", file.path.string)
    add("size", file.size.map { "\($0) bytes" })
    add("identity", file.identity)
    add("version", file.version)
    add("publisher", file.publisher)
    add("SHA-256", file.sha256?.description)
    for pieces in file.pieces {
      let count = pieces.digests.count / pieces.algorithm.byteCount
      add("pieces", "\(count) of \(pieces.length) bytes, \(pieces.algorithm.rawValue)")
      add(
        "pieces' digests", Hex.string(pieces.digests))
    }
    for address in file.addresses {
      let rank = [address.priority.map { "priority \($0)" }, address.location].compactMap(\.self)
      add("address", ([address.url.string] + rank).joined(separator: ", "))
    }
    for description in file.descriptions {
      let rank = [
        description.mediaType, description.priority.map { "priority \($0)" },
        description.name?.string,
      ].compactMap(\.self)
      add("described by", ([description.url.string] + rank).joined(separator: ", "))
    }
    check(file)
  }

  private mutating func check(_ file: MetalinkFile) {
    if file.sha256 == nil { error("\(file.path) has no SHA-256 to check it against") }
    if file.size == nil { warn("\(file.path) has no size") }
    for url in file.addresses.map(\.url) + file.descriptions.map(\.url) where !url.isFetchable {
      error("'\(url)' cannot be fetched")
    }
    if file.addresses.isEmpty { warn("\(file.path) has no address but of its descriptions") }
  }
}
