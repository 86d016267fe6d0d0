// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation

/// How clients reach a tracker.
struct TrackerFormat: CaseIterable, Sendable, CustomStringConvertible {
  enum Transport: String, CaseIterable, Sendable {
    case http = "HTTP"
    case udp = "UDP"
  }

  let transport: Transport
  let family: TestNetwork.Family

  static let allCases = Transport.allCases.flatMap { transport in
    TestNetwork.Family.allCases.map { Self(transport: transport, family: $0) }
  }

  var description: String { "\(transport.rawValue), \(family.rawValue)" }
}

/// One cell of the table of trackers in docs/compatibility.md: what was seen of two clients.
struct TrackerCell: Codable {
  enum Result: String, Codable {
    case yes, no
  }

  var table = "tracker"
  let client: String
  let format: String
  let result: Result
  let note: String

  init(_ client: String, _ format: TrackerFormat, _ works: Bool, _ notes: [String]) {
    self.client = client
    self.format = format.description
    result = works ? .yes : .no
    note = notes.joined(separator: "; ")
  }

  /// Leaves it to be rendered.
  func record() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let name = "\(table) \(client) \(format)".lowercased().split { !$0.isLetter && !$0.isNumber }
    try Files.write(
      Array(try encoder.encode(self)),
      to: "\(AptClient.repository)/Tests/Interop/.build/compatibility/"
        + "\(name.joined(separator: "-")).json")
  }
}
