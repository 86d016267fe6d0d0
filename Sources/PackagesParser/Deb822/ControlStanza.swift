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
  /// All stanzas of `bytes`; with `comments`, lines that begin with `#` are passed over, as in
  /// configuration.
  ///
  /// - Throws: `ArchiveError` with file and line for a line that is no field, a field given twice,
  ///   a NUL or control byte, a carriage return.
  public static func parse(
    _ bytes: [UInt8], file: String, comments: Bool = false
  ) throws(ArchiveError) -> [ControlStanza] {
    var stanzas: [ControlStanza] = []
    var current = ControlStanza(fields: [], file: file)
    var number: UInt64 = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      if comments, line.first == 0x23 { continue }
      if line.isEmpty {
        if !current.fields.isEmpty { stanzas.append(current) }
        current.fields = []
      } else {
        try current.take(line, number)
      }
    }
    if !current.fields.isEmpty { stanzas.append(current) }
    return stanzas
  }

  private mutating func take(_ line: ArraySlice<UInt8>, _ number: UInt64) throws(ArchiveError) {
    let place = ArchiveError.Place(file: file, line: number)
    guard !line.contains(where: { $0 < 0x20 && $0 != 0x09 }) else {
      let what = line.last == 0x0D ? "a carriage return" : "a control byte"
      throw ArchiveError(.data, "\(what) in the line, expected text", at: place)
    }
    if line.first == 0x20 || line.first == 0x09 {
      guard !fields.isEmpty else {
        throw ArchiveError(.data, "a continuation line without a field before it", at: place)
      }
      fields[fields.count - 1].raw += line + [0x0A]
      return
    }
    guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex else {
      throw ArchiveError(.data, "expected 'Field: value'", at: place)
    }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    guard field(name) == nil else {
      throw ArchiveError(.data, "the field \(name) is given twice", at: place)
    }
    fields.append(Field(name: name, raw: line[(colon + 1)...] + [0x0A], line: number))
  }
}
