// SPDX-License-Identifier: Apache-2.0

/// A field line.
public struct Field: Hashable, Sendable {
  public let name: String
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Field lines that many responses share, ready to be copied out.
public final class EntityFields: Sendable {
  public let fields: [Field]
  /// The lines as HTTP/1.1 sends them, each with its CRLF.
  public let bytes: [UInt8]

  public init(_ fields: [Field]) {
    self.fields = fields
    bytes = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
  }

  public static let none = EntityFields([])
}
