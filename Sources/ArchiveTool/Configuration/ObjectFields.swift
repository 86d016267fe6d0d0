// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import StandardObjects
internal import TorrentMetadata

/// The values of fields and options about torrents and metalinks.
enum ObjectFields {
  /// A tier a line, its trackers separated by blanks.
  ///
  /// - Throws: `ArchiveError` for what is no address of a tracker.
  static func trackers(_ text: String) throws(ArchiveError) -> [[AbsoluteURL]] {
    var tiers: [[AbsoluteURL]] = []
    for line in text.split(separator: "\n") {
      var tier: [AbsoluteURL] = []
      for word in line.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
        guard let url = AbsoluteURL(String(word)), url.isTracker else {
          throw expected("the URL of a tracker (http, https, udp)", String(word))
        }
        tier.append(url)
      }
      if !tier.isEmpty { tiers.append(tier) }
    }
    return tiers
  }

  /// URLs of archive roots.
  ///
  /// - Throws: `ArchiveError` for what cannot be fetched.
  static func seeds(_ words: [String]) throws(ArchiveError) -> [AbsoluteURL] {
    var urls: [AbsoluteURL] = []
    for word in words { urls.append(try root(word)) }
    return urls
  }

  /// A mirror a line: its URL, and perhaps a priority from 1 on and a country in two letters.
  ///
  /// - Throws: `ArchiveError` for anything else.
  static func mirrors(_ text: String) throws(ArchiveError) -> [ObjectAddresses.Mirror] {
    var mirrors: [ObjectAddresses.Mirror] = []
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      if !words.isEmpty { mirrors.append(try mirror(words)) }
    }
    return mirrors
  }

  /// The same of one mirror.
  ///
  /// - Throws: `ArchiveError` for anything else.
  static func mirror(_ words: [String]) throws(ArchiveError) -> ObjectAddresses.Mirror {
    guard let first = words.first, words.count <= 3 else {
      throw expected("the URL of a mirror, a priority and a country", words.joined(separator: " "))
    }
    let url = try root(first)
    var priority: UInt32?
    var location: String?
    for word in words.dropFirst() {
      if let number = UInt32(word) { priority = number } else { location = word }
    }
    guard MetalinkAddress(url, priority: priority, location: location) != nil else {
      throw expected(
        "a priority from 1 to 999999 and a country in two letters",
        words.dropFirst().joined(separator: " "))
    }
    return ObjectAddresses.Mirror(root: url, priority: priority, location: location)
  }

  /// - Throws: `ArchiveError` for another word.
  static func form(_ text: String) throws(ArchiveError) -> TorrentForm {
    guard let form = TorrentForm(rawValue: text.lowercased()) else {
      throw expected("v1, v2 or hybrid", text)
    }
    return form
  }

  private static func root(_ text: String) throws(ArchiveError) -> AbsoluteURL {
    guard let url = AbsoluteURL(text), url.isFetchable,
      !url.string.contains(where: { "?#".contains($0) })
    else { throw expected("the URL of an archive's root (http, https, ftp)", text) }
    return url.directory
  }

  private static func expected(_ what: String, _ found: String) -> ArchiveError {
    ArchiveError(.configuration, "expected \(what), found '\(found)'")
  }
}
