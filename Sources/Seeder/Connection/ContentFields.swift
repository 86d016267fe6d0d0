// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import HTTPMessages
private import StandardObjects
private import TorrentMetadata

/// The fields that tell of a content's digest, its mirrors and its descriptions.
enum ContentFields {
  /// `Repr-Digest` (RFC 9530), `Digest` (RFC 3230), and where mirrors are known `Link` (RFC 6249).
  static func of(
    _ sha256: SHA256Digest, at path: ArchivePath?, _ configuration: SeederConfiguration
  ) -> [Field] {
    var fields = DigestHeader.allCases.map { Field($0.name, $0.value(sha256)) }
    guard let path else { return fields }
    let addresses = configuration.objectAddresses
    var links = addresses.mirrors.compactMap {
      LinkHeader(
        duplicate: $0.root.appending(path), priority: $0.priority, location: $0.location)
    }
    if let own = addresses.webSeeds.first?.appending(path).string {
      if let metalink = AbsoluteURL(own + ".meta4") {
        links.append(LinkHeader(description: metalink, type: .metalink))
      }
      if let torrent = AbsoluteURL(own + ".torrent") {
        links.append(LinkHeader(description: torrent, type: .torrent))
      }
    }
    fields += links.map { Field("Link", $0.description) }
    return fields
  }
}
