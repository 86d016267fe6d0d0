// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation

/// One cell of the tables in docs/compatibility.md, which scripts/compatibility renders.
struct CompatibilityCell: Codable {
  enum Column: String, Codable {
    /// The client takes the object for what it is.
    case loads
    /// It gets the right bytes from a peer.
    case downloads
    /// It gets the right bytes with no peer, by HTTP alone.
    case webSeed = "web seed"
  }

  enum Result: String, Codable {
    case yes, no
  }

  var table = "objects"
  let client: String
  let format: String
  let column: Column
  let result: Result
  var note = ""

  init(_ client: String, _ format: String, _ column: Column, _ works: Bool, note: String = "") {
    self.client = client
    self.format = format
    self.column = column
    result = works ? .yes : .no
    self.note = note
  }

  static let directory = "\(AptClient.repository)/Tests/Interop/.build/compatibility"

  /// Leaves it to be rendered.
  func record() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let name = "\(table) \(client) \(format) \(column.rawValue)".map { character in
      character.isLetter || character.isNumber || character == "." ? character : "-"
    }
    try Files.write(
      Array(try encoder.encode(self)), to: "\(Self.directory)/\(String(name)).json")
  }
}
