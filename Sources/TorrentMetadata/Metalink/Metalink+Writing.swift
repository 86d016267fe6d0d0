// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

extension Metalink {
  /// The document in UTF-8, after it was read back.
  ///
  /// Written by hand and not by a library: an object never changes once made, so its bytes must
  /// not depend on a library's version.
  ///
  /// - Throws: `ArchiveError` when a file has no address, or values contradict each other.
  public func serialized(limits: MetadataLimits = MetadataLimits()) throws(ArchiveError) -> [UInt8]
  {
    var writer = XMLWriter()
    writer.open("metalink", ["xmlns": Metalink.namespace])
    writer.leaf("generator", generator)
    writer.leaf("origin", origin?.string)
    writer.leaf("published", published?.description)
    for file in files { file.write(to: &writer) }
    writer.close("metalink")
    let bytes = Array(writer.text.utf8)
    guard try Metalink(bytes, name: "metalink", limits: limits) == self else {
      throw ArchiveError(.data, "a text of the metalink begins or ends with a blank")
    }
    return bytes
  }

  /// The namespace of RFC 5854.
  static let namespace = "urn:ietf:params:xml:ns:metalink"
}

extension MetalinkFile {
  fileprivate func write(to writer: inout XMLWriter) {
    writer.open("file", ["name": path.string])
    writer.leaf("size", size?.description)
    writer.leaf("identity", identity)
    writer.leaf("version", version)
    if let publisher { writer.leaf("publisher", "", ["name": publisher]) }
    if let sha256 { writer.leaf("hash", sha256.description, ["type": "sha-256"]) }
    for pieces in pieces {
      writer.open(
        "pieces", ["length": pieces.length.description, "type": pieces.algorithm.rawValue])
      let count = pieces.algorithm.byteCount
      for start in stride(from: 0, to: pieces.digests.count, by: count) {
        writer.leaf(
          "hash", Hex.string(pieces.digests[start..<min(start + count, pieces.digests.count)]))
      }
      writer.close("pieces")
    }
    for description in descriptions {
      writer.leaf(
        "metaurl", description.url.string,
        [
          "mediatype": description.mediaType, "priority": description.priority.map { String($0) },
          "name": description.name?.string,
        ])
    }
    for address in addresses {
      writer.leaf(
        "url", address.url.string,
        ["location": address.location, "priority": address.priority.map { String($0) }])
    }
    writer.close("file")
  }
}
