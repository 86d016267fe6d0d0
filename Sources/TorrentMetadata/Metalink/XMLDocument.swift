// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CXMLReader

/// A document in memory, read node by node by libxml2.
///
/// Nothing is fetched and no entity replaced but the five of XML itself: `XMLScreen` has let through
/// no document type.
struct XMLDocument: ~Copyable {
  /// What comes next in a document.
  enum Node {
    case start(name: String, namespace: String, attributes: [String: String])
    case end
    case text(String)
  }

  private let name: String
  private let reader: OpaquePointer
  /// Begun and ended at once, as `<url/>`: the end is still to be told.
  private var endsNow = false

  /// Begins to read `bytes`, which must stay where they are as long as this value lives.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws(ArchiveError) {
    Self.library
    guard let reader = archive_xml_open(bytes.baseAddress, CInt(clamping: bytes.count)) else {
      throw ArchiveError(.software, "libxml2 has no memory")
    }
    self.name = name
    self.reader = reader
  }

  deinit { archive_xml_close(reader) }

  private static let library: Void = archive_xml_begin()

  /// Where the parser stands, counted from 1.
  var line: UInt64 { UInt64(max(archive_xml_line(reader), 1)) }

  /// The next node; nil at the end of a well-formed document.
  ///
  /// - Throws: `ArchiveError` with the line where it is not well-formed.
  mutating func next() throws(ArchiveError) -> Node? {
    if endsNow {
      endsNow = false
      return .end
    }
    while true {
      switch archive_xml_kind(archive_xml_next(reader)) {
      case archive_xml_start: return start()
      case archive_xml_end: return .end
      case archive_xml_text: return .text(Self.text(archive_xml_value(reader)))
      case archive_xml_other: continue
      case archive_xml_ended: return nil
      case archive_xml_declaration:
        throw ArchiveError(
          .data, "the document declares a type or an entity",
          at: ArchiveError.Place(file: name, line: line))
      default: throw malformed()
      }
    }
  }

  private mutating func start() -> Node {
    endsNow = archive_xml_is_empty(reader) != 0
    let name = Self.text(archive_xml_local_name(reader))
    let namespace = Self.text(archive_xml_namespace(reader))
    var attributes: [String: String] = [:]
    while archive_xml_next_attribute(reader) != 0 {
      // Those of RFC 5854 have no prefix.
      attributes[Self.text(archive_xml_name(reader))] = Self.text(archive_xml_value(reader))
    }
    return .start(name: name, namespace: namespace, attributes: attributes)
  }

  private static func text(_ bytes: UnsafePointer<CChar>?) -> String {
    bytes.map { String(cString: $0) } ?? ""
  }

  private func malformed() -> ArchiveError {
    var line: CInt = 0
    let reason = Self.text(archive_xml_error(&line)).prefix { !$0.isNewline }
    return ArchiveError(
      .data, "the XML is malformed" + (reason.isEmpty ? "" : ": \(reason)"),
      at: ArchiveError.Place(file: name, line: UInt64(max(line, 1))))
  }
}
