// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

extension Metalink {
  /// Reads a document, which `name` stands for in messages.
  ///
  /// Document types are refused before the library sees them, so there are no entities but the
  /// five of XML itself, and nothing is ever fetched.
  ///
  /// - Throws: `ArchiveError` with the line, for a document that is malformed, beyond a limit,
  ///   names an unsafe path, or has values that contradict each other.
  public init(
    _ bytes: [UInt8], name: String, limits: MetadataLimits = MetadataLimits()
  ) throws(ArchiveError) {
    try XMLScreen(name: name, limits: limits).check(bytes)
    var reader = MetalinkReader(name: name, limits: limits)
    // The closure cannot carry a typed throw through `withUnsafeBytes`.
    let outcome = bytes.withUnsafeBytes { bytes in
      Result { () throws(ArchiveError) in
        try Self.read(XMLDocument(bytes, name: name), into: &reader)
      }
    }
    try outcome.get()
    self = try reader.finish()
  }

  private static func read(
    _ document: consuming XMLDocument, into reader: inout MetalinkReader
  ) throws(ArchiveError) {
    while let node = try document.next() {
      reader.context.line = document.line
      switch node {
      case .start(let name, let namespace, let attributes):
        try reader.begin(name, namespace: namespace, attributes)
      case .text(let text): try reader.text(text)
      case .end: try reader.end()
      }
    }
  }
}
