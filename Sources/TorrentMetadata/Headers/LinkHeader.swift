// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// One value of a `Link` header as RFC 6249 uses it: another copy, or a description of a file.
public struct LinkHeader: Hashable, Sendable {
  /// What the other resource is to the file.
  public enum Relation: String, Hashable, Sendable {
    /// A mirror with the same bytes.
    case duplicate
    /// A metalink or a torrent; a signature as well.
    case describedBy = "describedby"
  }

  public let url: AbsoluteURL
  public let relation: Relation
  /// The media type of a description.
  public let type: String?
  /// From 1, the best, to 999999.
  public let priority: UInt32?
  /// Where a mirror stands, as ISO 3166-1 in two small letters.
  public let location: String?

  /// A mirror; nil for a priority or a location that the header cannot say.
  public init?(duplicate url: AbsoluteURL, priority: UInt32? = nil, location: String? = nil) {
    guard MirrorRank.canBe(priority: priority, location: location) else { return nil }
    self.url = url
    self.priority = priority
    self.location = location?.lowercased()
    relation = .duplicate
    type = nil
  }

  /// A description of a kind that is known here.
  public init(description url: AbsoluteURL, type: DescriptionType) {
    self.url = url
    self.type = type.rawValue
    relation = .describedBy
    priority = nil
    location = nil
  }

  /// The media types of descriptions.
  public enum DescriptionType: String, Hashable, Sendable {
    case metalink = "application/metalink4+xml"
    case torrent = "application/x-bittorrent"
  }

  fileprivate init(
    url: AbsoluteURL, relation: Relation, type: String?, priority: UInt32?, location: String?
  ) {
    self.url = url
    self.relation = relation
    self.type = type
    self.priority = priority
    self.location = location
  }
}

extension LinkHeader: CustomStringConvertible {
  /// The header's value.
  public var description: String {
    var text = "<\(url)>; rel=\(relation.rawValue)"
    if let type { text += "; type=\"\(type)\"" }
    if let priority { text += "; pri=\(priority)" }
    if let location { text += "; geo=\(location)" }
    return text
  }
}

/// What mirrors are chosen by, in headers and metalinks.
enum MirrorRank {
  /// RFC 5854 section 4.1.2.1 and RFC 6249 section 3.
  static let priorities: ClosedRange<UInt32> = 1...999_999

  /// Whether both can be said, as far as they are given.
  static func canBe(priority: UInt32?, location: String? = nil) -> Bool {
    (priority.map { priorities.contains($0) } ?? true)
      && (location.map { isLocation($0) } ?? true)
  }

  /// Whether `text` has the form of ISO 3166-1 alpha-2.
  static func isLocation(_ text: String) -> Bool {
    text.utf8.count == 2 && text.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
  }
}

extension LinkHeader {
  /// Reads the links of a header's value, of which those of other relations are left out.
  ///
  /// - Throws: `ArchiveError` for a value that is malformed (RFC 8288) or too long.
  public static func parse(
    _ value: String, limits: MetadataLimits = MetadataLimits()
  ) throws(ArchiveError) -> [LinkHeader] {
    guard value.utf8.count <= limits.headerBytes else {
      throw ArchiveError(.data, "a Link header longer than \(limits.headerBytes) bytes")
    }
    var scanner = LinkScanner(value)
    var links: [LinkHeader] = []
    while let link = try scanner.next() {
      guard let url = AbsoluteURL(link.target) else { continue }
      // `rel` may hold several relations.
      let words = link.parameters["rel"]?.lowercased().split(separator: " ").map(String.init) ?? []
      guard let relation = words.lazy.compactMap(Relation.init(rawValue:)).first else { continue }
      let priority = link.parameters["pri"].flatMap { UInt32($0) }
      let location = link.parameters["geo"].flatMap { MirrorRank.isLocation($0) ? $0 : nil }
      links.append(
        LinkHeader(
          url: url, relation: relation, type: link.parameters["type"],
          priority: priority.flatMap { MirrorRank.priorities.contains($0) ? $0 : nil },
          location: location?.lowercased()))
    }
    return links
  }
}
