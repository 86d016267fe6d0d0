// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel
private import Foundation
private import FoundationXML

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
    try Self.check(bytes, name: name, limits: limits)
    let reader = MetalinkReader(name: name, limits: limits)
    let delegate = ParserDelegate(reader)
    let parser = XMLParser(data: Data(bytes))
    parser.shouldProcessNamespaces = true
    parser.shouldResolveExternalEntities = false
    parser.delegate = delegate
    let isWellFormed = parser.parse()
    if let error = delegate.error { throw error }
    // `parse` alone says true of what follows the last element, and of some that ends too early.
    guard isWellFormed, parser.parserError == nil else {
      let place = ArchiveError.Place(file: name, line: UInt64(max(parser.lineNumber, 1)))
      throw ArchiveError(.data, "the XML is malformed", at: place)
    }
    self = try delegate.reader.finish()
  }

  /// Refuses what the library should not see.
  private static func check(
    _ bytes: [UInt8], name: String, limits: MetadataLimits
  ) throws(ArchiveError) {
    func failure(_ reason: String, at offset: Int? = nil) -> ArchiveError {
      let place = ArchiveError.Place(file: name, offset: offset.map { UInt64($0) })
      return ArchiveError(.data, reason, at: place)
    }
    guard bytes.count <= limits.metalinkBytes else {
      throw failure("\(bytes.count) bytes, expected no more than \(limits.metalinkBytes)")
    }
    // In any other encoding the search below could be passed by.
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
      throw failure("the document is not UTF-8")
    }
    if let encoding = declaredEncoding(bytes), encoding != "utf-8", encoding != "us-ascii" {
      throw failure("the document says it is \(encoding), expected UTF-8")
    }
    for (offset, byte) in bytes.enumerated() where byte == 0x3C {
      let rest = bytes[(offset + 1)...]
      guard
        rest.first != 0x21 || rest.starts(with: "!--".utf8) || rest.starts(with: "![CDATA[".utf8)
      else { throw failure("the document declares a type or an entity", at: offset) }
    }
  }

  /// The encoding of `<?xml version="1.0" encoding="..."?>` in lower case.
  private static func declaredEncoding(_ bytes: [UInt8]) -> String? {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard bytes[start...].starts(with: "<?xml".utf8) else { return nil }
    // A declaration has no '>' but the one at its end.
    let declaration = String(decoding: bytes[start...].prefix { $0 != 0x3E }, as: UTF8.self)
    guard let key = declaration.range(of: "encoding") else { return nil }
    let parts = declaration[key.upperBound...].split(
      maxSplits: 2, omittingEmptySubsequences: false, whereSeparator: { "\"'".contains($0) })
    return parts.count == 3 ? parts[1].lowercased() : ""
  }
}

/// Hands what the library finds to the reader, until that has had enough.
private final class ParserDelegate: NSObject, XMLParserDelegate {
  var reader: MetalinkReader
  var error: ArchiveError?

  init(_ reader: MetalinkReader) { self.reader = reader }

  private func step(
    _ parser: XMLParser, _ body: (inout MetalinkReader) throws(ArchiveError) -> Void
  ) {
    guard error == nil else { return }
    reader.context.line = UInt64(max(parser.lineNumber, 1))
    do throws(ArchiveError) {
      try body(&reader)
    } catch {
      self.error = error
      parser.abortParsing()
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    step(parser) { reader throws(ArchiveError) in
      try reader.begin(name, namespace: namespaceURI ?? "", attributes)
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    step(parser) { reader throws(ArchiveError) in try reader.end() }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    step(parser) { reader throws(ArchiveError) in try reader.text(string) }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    step(parser) { reader throws(ArchiveError) in
      try reader.text(String(decoding: block, as: UTF8.self))
    }
  }

  func parser(
    _ parser: XMLParser, foundInternalEntityDeclarationWithName name: String, value: String?
  ) {
    step(parser) { reader throws(ArchiveError) in
      throw reader.context.failure("the document declares an entity")
    }
  }
}
