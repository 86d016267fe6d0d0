// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A small stanza, held whole with every field: a Release, a torrent's header, a configuration.
public struct ControlStanza: Hashable, Sendable {
  /// One field as it came.
  public struct Field: Hashable, Sendable {
    public var name: String
    /// All bytes after the colon, the last newline included.
    public var raw: [UInt8]
    /// The line of the name, counted from 1.
    public var line: UInt64
  }

  public var fields: [Field]
  /// The file this came from, for messages.
  public var file: String

  /// The field called `name`, case meaning nothing.
  public func field(_ name: String) -> Field? {
    fields.first { $0.name.lowercased() == name.lowercased() }
  }

  /// The text of a field, blanks at both ends dropped; nil when absent.
  public func text(_ name: String) -> String? { field(name)?.text }

  /// The words of a field; empty when it is absent.
  public func words(_ name: String) -> [String] { field(name)?.words ?? [] }

  /// The place of a field, for messages.
  public func place(of name: String) -> ArchiveError.Place {
    ArchiveError.Place(file: file, line: field(name)?.line ?? fields.first?.line)
  }
}

extension ControlStanza.Field {
  /// The value without blanks at either end.
  public var text: String { raw.withUnsafeBytes { String(field: trimmed($0)) } }

  /// The value's words.
  public var words: [String] { raw.withUnsafeBytes { Words($0).map { String(field: $0) } } }

  /// The bytes of the whole field, as a file holds it.
  public var serialized: [UInt8] { Array(name.utf8) + [0x3A] + raw }
}

extension ControlStanza {
  /// The most fields one stanza may hold, far more than any real one does.
  public static let maximumFields = 1_000

  /// All stanzas of `bytes`, at most `limit` of them; with `comments`, lines that begin with `#`
  /// are passed over, as in configuration.
  ///
  /// - Throws: `ArchiveError` with file, line and offset for a line that is no field, a field given
  ///   twice, a control byte, a carriage return, a stanza or a field too many.
  public static func parse(
    _ bytes: [UInt8], file: String, comments: Bool = false, limit: Int = .max
  ) throws(ArchiveError) -> [ControlStanza] {
    var stanzas: [ControlStanza] = []
    var builder = Builder()
    var lines = Lines(bytes, file: file)
    while let line = lines.next() {
      if comments, line.first == 0x23 { continue }
      if line.isEmpty {
        stanzas += builder.finish(file)
      } else {
        guard stanzas.count < limit else {
          throw ArchiveError(
            .data, "expected no more than \(limit) stanza\(limit == 1 ? "" : "s")",
            at: lines.place)
        }
        try builder.take(line, lines.place)
      }
    }
    return stanzas + builder.finish(file)
  }
}

/// Puts the lines of one stanza together.
private struct Builder {
  private var fields: [ControlStanza.Field] = []
  // In lower case.
  private var names: Set<String> = []

  /// The stanza so far, if there is one; the next begins.
  mutating func finish(_ file: String) -> [ControlStanza] {
    if fields.isEmpty { return [] }
    defer { self = Builder() }
    return [ControlStanza(fields: fields, file: file)]
  }

  /// Takes a line, which is not empty.
  mutating func take(
    _ line: ArraySlice<UInt8>, _ place: ArchiveError.Place
  ) throws(ArchiveError) {
    guard !line.contains(where: { $0 < 0x20 && $0 != 0x09 }) else {
      let what = line.last == 0x0D ? "a carriage return" : "a control byte"
      throw ArchiveError(.data, "\(what) in the line, expected text", at: place)
    }
    if line.first == 0x20 || line.first == 0x09 {
      guard !fields.isEmpty else {
        throw ArchiveError(.data, "a continuation line without a field before it", at: place)
      }
      fields[fields.count - 1].raw += line
      fields[fields.count - 1].raw.append(0x0A)
    } else {
      try begin(line, place)
    }
  }

  private mutating func begin(
    _ line: ArraySlice<UInt8>, _ place: ArchiveError.Place
  ) throws(ArchiveError) {
    // Policy 5.1: a name is printable ASCII without blanks and does not begin with '#' or '-'.
    guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
      line[..<colon].allSatisfy({ (0x21...0x7E).contains($0) }),
      line.first != 0x23, line.first != 0x2D
    else { throw ArchiveError(.data, "expected 'Field: value'", at: place) }
    guard fields.count < ControlStanza.maximumFields else {
      throw ArchiveError(.data, "more than \(ControlStanza.maximumFields) fields", at: place)
    }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    guard names.insert(name.lowercased()).inserted else {
      throw ArchiveError(.data, "the field \(name) is given twice", at: place)
    }
    fields.append(
      ControlStanza.Field(
        name: name, raw: line[(colon + 1)...] + [0x0A], line: place.line ?? 0))
  }
}
