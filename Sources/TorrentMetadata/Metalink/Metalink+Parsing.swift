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
    let screened = try XMLScreen(name: name, limits: limits).screened(bytes)
    let reader = MetalinkReader(name: name, limits: limits)
    let delegate = ParserDelegate(reader)
    let parser = XMLParser(data: Data(screened))
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
