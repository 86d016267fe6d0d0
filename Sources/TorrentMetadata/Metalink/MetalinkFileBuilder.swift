// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Puts one `file` of a metalink together and checks it when it ends.
struct MetalinkFileBuilder {
  private var file: MetalinkFile
  /// The `pieces` being read; none when they are of a kind that is not known.
  private var pieces: (algorithm: MetalinkPieces.Algorithm, length: ByteCount, digests: [UInt8])?

  init(_ file: MetalinkFile) { self.file = file }

  mutating func beginPieces(
    _ attributes: [String: String], _ context: MetalinkContext
  ) throws(ArchiveError) {
    pieces = nil
    let length = try context.number(attributes["length"], of: "the length of pieces")
    guard length > 0 else { throw context.failure("the length of pieces is zero") }
    guard let algorithm = MetalinkPieces.Algorithm(rawValue: attributes["type"] ?? "") else {
      return
    }
    guard !file.pieces.contains(where: { $0.algorithm == algorithm }) else {
      throw context.failure("pieces of type \(algorithm.rawValue) are given twice")
    }
    pieces = (algorithm, ByteCount(length), [])
  }

  /// Takes the element that has just ended.
  mutating func take(
    _ element: MetalinkElement, _ text: String, _ attributes: [String: String],
    _ context: MetalinkContext
  ) throws(ArchiveError) {
    switch element {
    case .size: file.size = try size(text, context)
    case .identity: file.identity = text
    case .version: file.version = text
    case .publisher: file.publisher = attributes["name"]
    case .hash: try takeHash(text, type: attributes["type"] ?? "", context)
    case .pieceHash: try takePiece(text, context)
    case .pieces:
      if let pieces {
        file.pieces.append(
          MetalinkPieces(pieces.algorithm, length: pieces.length, digests: pieces.digests))
      }
      pieces = nil
    case .url, .metaURL: try takeAddress(element, text, attributes, context)
    case .metalink, .generator, .origin, .published, .file: break
    }
  }

  private func size(_ text: String, _ context: MetalinkContext) throws(ArchiveError) -> ByteCount {
    guard file.size == nil else { throw context.failure("'size' is given twice") }
    let size = try context.number(text, of: "'size'")
    guard size <= context.limits.fileBytes else {
      throw context.failure("'size' is \(size), expected no more than \(context.limits.fileBytes)")
    }
    return ByteCount(size)
  }

  private mutating func takeHash(
    _ text: String, type: String, _ context: MetalinkContext
  ) throws(ArchiveError) {
    guard type == "sha-256" else { return }
    guard file.sha256 == nil else { throw context.failure("two hashes of type sha-256") }
    guard let digest = SHA256Digest(hex: text) else {
      throw context.failure("'\(text.excerpt)', expected 64 hexadecimal digits")
    }
    file.sha256 = digest
  }

  private mutating func takePiece(
    _ text: String, _ context: MetalinkContext
  ) throws(ArchiveError) {
    guard let count = pieces?.algorithm.byteCount else { return }
    guard let digest = Hex.decode(text), digest.count == count else {
      throw context.failure("'\(text.excerpt)', expected \(2 * count) hexadecimal digits")
    }
    pieces?.digests += digest
  }

  private mutating func takeAddress(
    _ element: MetalinkElement, _ text: String, _ attributes: [String: String],
    _ context: MetalinkContext
  ) throws(ArchiveError) {
    guard file.addresses.count + file.descriptions.count < context.limits.metalinkAddresses else {
      throw context.failure("more than \(context.limits.metalinkAddresses) addresses of one file")
    }
    let url = try context.url(text)
    var priority: UInt32?
    if let value = attributes["priority"] {
      priority = UInt32(clamping: try context.number(value, of: "'priority'"))
    }
    if element == .url {
      let address = MetalinkAddress(url, priority: priority, location: attributes["location"])
      if let address { return file.addresses.append(address) }
    } else {
      guard let type = attributes["mediatype"] else {
        throw context.failure("a 'metaurl' without 'mediatype'")
      }
      let name = try attributes["name"].map { name throws(ArchiveError) in
        try context.path(name, of: "a name in 'metaurl'")
      }
      let description = MetalinkDescription(url, mediaType: type, priority: priority, name: name)
      if let description { return file.descriptions.append(description) }
    }
    throw context.failure(
      "expected a priority from 1 to 999999 and a location of two letters at \(url)")
  }

  /// The file, whose element has ended.
  func finish(_ context: MetalinkContext) throws(ArchiveError) -> MetalinkFile {
    guard !file.addresses.isEmpty || !file.descriptions.isEmpty else {
      throw context.failure("\(file.path) has no address")
    }
    for pieces in file.pieces {
      let count = UInt64(pieces.digests.count / pieces.algorithm.byteCount)
      guard let size = file.size?.rawValue else {
        throw context.failure("\(file.path) has pieces, but no size")
      }
      let whole = size / pieces.length.rawValue
      let expected = whole + (size.isMultiple(of: pieces.length.rawValue) ? 0 : 1)
      guard count == expected else {
        throw context.failure("\(file.path) has \(count) pieces, expected \(expected)")
      }
    }
    return file
  }
}
