// SPDX-License-Identifier: Apache-2.0

/// Why a request is not answered with what it asks for.
public enum Refusal: Int, Error, Hashable, Sendable, CaseIterable {
  case unregistered
  case infoHash
  case port
  case number
  case repeated
  case ranges
  case hashes
  case fullScrape
  case path
  case method
  case malformed
  case tooLong
  case overloaded
  case connection
  case action
  case truncated

  /// In words for the person who sees a client's error.
  public var reason: StaticString {
    switch self {
    case .unregistered: "this tracker does not serve this torrent"
    case .infoHash: "info_hash is missing or is not 20 bytes"
    case .port: "port is missing or is not from 1 to 65535"
    case .number: "a number in the request is malformed"
    case .repeated: "a parameter is given twice"
    case .ranges: "a list of piece numbers is malformed or too long"
    case .hashes: "too many info hashes in one scrape"
    case .fullScrape: "scrape needs info_hash"
    case .path: "this is a BitTorrent tracker: announce and scrape are all it answers"
    case .method: "only GET is answered"
    case .malformed: "the request is not HTTP"
    case .tooLong: "the request is too long"
    case .overloaded: "too many requests at the moment"
    case .connection: "the connection id is unknown or too old"
    case .action: "unknown action"
    case .truncated: "the packet is too short"
    }
  }

  /// A name for metrics.
  public var label: String { "\(self)" }

  /// After how many minutes it is worth to ask again (BEP 31); nil for never.
  public var retryMinutes: Int? { self == .overloaded ? 5 : nil }
}
