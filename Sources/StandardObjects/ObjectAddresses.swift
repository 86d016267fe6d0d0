// SPDX-License-Identifier: Apache-2.0

package import TorrentMetadata

/// Where what an object describes can be had: the operator's part of it.
package struct ObjectAddresses: Hashable, Sendable {
  /// A copy of the archive.
  package struct Mirror: Hashable, Sendable {
    /// The URL of the archive root.
    package let root: AbsoluteURL
    /// From 1, the best, to 999999.
    package let priority: UInt32?
    /// Where it stands, as ISO 3166-1 in two letters.
    package let location: String?

    package init(root: AbsoluteURL, priority: UInt32? = nil, location: String? = nil) {
      self.root = root
      self.priority = priority
      self.location = location
    }
  }

  /// Tiers of trackers (BEP 12).
  package var trackers: [[AbsoluteURL]] = []
  /// Archive roots of web seeds (BEP 19).
  package var webSeeds: [AbsoluteURL] = []
  /// Those among them that answer for padding as well.
  package var paddingSeeds: [AbsoluteURL] = []
  /// For metalinks; the web seeds where there are none.
  package var mirrors: [Mirror] = []

  package init() {}

  /// Which web seed a request is for whose Host field is `host`; nil for none.
  package func webSeed(host: String) -> Int? {
    webSeeds.firstIndex { $0.host == AbsoluteURL.host(host, scheme: $0.scheme) }
  }

  /// The same with one web seed before the others.
  package func preferring(webSeed index: Int?) -> ObjectAddresses {
    guard let index, index > 0, index < webSeeds.count else { return self }
    var addresses = self
    addresses.webSeeds.insert(addresses.webSeeds.remove(at: index), at: 0)
    return addresses
  }

  /// What a metalink lists: the mirrors, or else the web seeds in their order.
  var metalinkMirrors: [Mirror] {
    guard mirrors.isEmpty else { return mirrors }
    return webSeeds.enumerated().map { Mirror(root: $1, priority: UInt32($0 + 1)) }
  }
}
