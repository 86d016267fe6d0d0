// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger
internal import PackagesParser
internal import Publisher
internal import StandardObjects
internal import TorrentMetadata

/// Makes every published torrent and metalink anew from the ledger, and compares.
struct ObjectAudit {
  let published: PublishedSuite
  let settings: SuiteSettings
  let ledger: Ledger
  /// The suite's directory below dists.
  let suite: String
  private(set) var findings: [Finding] = []
  private(set) var checked = 0

  init(_ published: PublishedSuite, settings: SuiteSettings, ledger: Ledger, suite: String) {
    self.published = published
    self.settings = settings
    self.ledger = ledger
    self.suite = suite
  }

  mutating func check() throws {
    let manifest = try ObjectManifest(settings, suite: suite)
    let components = Set(
      published.release.files.keys.compactMap { path -> String? in
        path.split(separator: "/").first.map(String.init)
      }
    ).union(manifest.entries.keys.map(\.component))
    // Closures take a copy: the reader's is not to change what it runs in.
    var audit = self
    try ledger.withContents { reader in
      for entry in manifest.entries.values.sorted(by: { $0.path < $1.path }) {
        try audit.check(entry, reader)
      }
      for component in components.sorted() {
        try audit.checkOthers(component, manifest, reader)
      }
    }
    self = audit
  }

  /// An object that today's settings give must have today's bytes.
  private mutating func check(
    _ entry: ObjectManifest.Entry, _ reader: ContentReader
  ) throws {
    guard let stored = try reader.stored(entry.content) else { return }
    let file = SingleFile(path: entry.path, stored: stored)
    let place = entry.key.place
    guard file.forms.contains(settings.objects.form) else { return }
    if entry.torrentSize > 0 {
      let torrent = try file.torrent(settings.objects.form, settings.objects.addresses).bytes
      try compare("\(place).torrent", torrent)
    }
    if entry.metalinkSize > 0 {
      let address = settings.objects.overlay?.appending(
        try ArchivePath("dists/\(suite)/\(place).torrent"))
      let metalink = try file.metalink(settings.objects.addresses, torrent: address)
      try compare("\(place).meta4", try metalink.serialized())
    }
  }

  private mutating func compare(_ name: String, _ expected: [UInt8]) throws {
    let place = published.path(name)
    guard let bytes = try bytes(name, limit: expected.count + 1) else {
      findings.append(Finding(.object, place, "is not there, it was published"))
      return
    }
    checked += 1
    guard bytes != expected else { return }
    let first =
      zip(bytes, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(bytes.count, expected.count)
    findings.append(
      Finding(.object, place, "is not what the ledger gives, from byte \(first) on"))
  }

  /// Of objects that other settings made, only what they describe can be compared.
  private mutating func checkOthers(
    _ component: String, _ manifest: ObjectManifest, _ reader: ContentReader
  ) throws {
    let directory = "\(component)/torrents"
    guard exists("\(published.directory)/\(directory)") else { return }
    for name in try directoryEntries("\(published.directory)/\(directory)")
    where name.hasSuffix(".torrent") {
      guard let digest = SHA256Digest(hex: String(name.dropLast(8))),
        manifest[ObjectManifest.Key(component: component, sha256: digest)] == nil,
        let bytes = try bytes("\(directory)/\(name)", limit: MetadataLimits().torrentBytes)
      else { continue }
      let place = published.path("\(directory)/\(name)")
      checked += 1
      do {
        let torrent = try Metainfo(bytes, name: place)
        if try !describes(torrent, digest, reader) {
          findings.append(
            Finding(.object, place, "its info dictionary is not what the ledger gives"))
        }
      } catch let error as ArchiveError {
        findings.append(Finding(.object, place, error.reason))
      }
    }
  }

  private func describes(
    _ torrent: Metainfo, _ digest: SHA256Digest, _ reader: ContentReader
  ) throws -> Bool {
    let content = ContentID(sha256: digest, size: torrent.info.contentSize)
    guard let stored = try reader.stored(content),
      let path = try? ArchivePath(torrent.info.name)
    else { return false }
    let file = SingleFile(path: path, stored: stored)
    guard file.forms.contains(torrent.info.form) else { return false }
    return try file.info(torrent.info.form) == torrent.info.bytes
  }

  private func bytes(_ name: String, limit: Int) throws -> [UInt8]? {
    guard let file = try published.open(name) else { return nil }
    return try file.readAll(limit: min(limit, Int(clamping: try file.status().st_size)))
  }
}
