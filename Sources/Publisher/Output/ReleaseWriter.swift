// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// Writes the Release of an overlay, or an archive's own anew.
struct ReleaseWriter {
  /// The torrents to list: current ones, and superseded ones in their grace period.
  var torrents: [TorrentRecord]
  var trackers: [String]
  var webSeeds: [String]
  /// Whose torrents they are, where they are not our own.
  var follows: PublisherID? = nil

  private static let ownFields = [
    "torrents", "torrent-follows", "torrent-trackers", "torrent-web-seeds",
  ]
  private static let sections: [String: DigestAlgorithm] = [
    "md5sum": .md5, "sha1": .sha1, "sha256": .sha256, "sha512": .sha512,
  ]

  /// The sections a Release has, hence the digests a rewritten one needs.
  static func algorithms(of release: ReleaseFile) -> [DigestAlgorithm] {
    release.stanza.fields.compactMap { sections[$0.name.lowercased()] }
  }

  /// An overlay's Release: it lists what the overlay has, and is what upstream says otherwise.
  func overlay(
    of upstream: ReleaseFile, architectures: [String], components: [String],
    files: [String: ContentID]
  ) -> [UInt8] {
    var output: [UInt8] = []
    for name in ["Origin", "Label", "Suite", "Version", "Codename", "Date", "Valid-Until"] {
      if let field = upstream.stanza.field(name) { output += field.serialized }
    }
    output += "Acquire-By-Hash: yes\n".utf8
    if upstream.stanza.field("NotAutomatic") != nil { output += "NotAutomatic: yes\n".utf8 }
    if let field = upstream.stanza.field("ButAutomaticUpgrades") { output += field.serialized }
    output += "No-Support-for-Architecture-all: Packages\n".utf8
    output += "Architectures: \(architectures.joined(separator: " "))\n".utf8
    output += "Components: \(components.joined(separator: " "))\n".utf8
    if let field = upstream.stanza.field("Description") { output += field.serialized }
    appendTorrents(to: &output)
    output += "SHA256:\n".utf8
    for (path, content) in files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    {
      Self.append(path, content.size, content.sha256.bytes, to: &output)
    }
    return Self.withoutTrailingBlanks(output)
  }

  /// An archive's Release with the sums of `changed` files, without `removed` ones, and with our
  /// fields; every other byte stays.
  func inPlace(
    of release: ReleaseFile, changed: [String: OutputSums], removed: Set<String>
  ) -> [UInt8] {
    var output: [UInt8] = []
    var torrentsWritten = false
    for field in release.stanza.fields where !Self.ownFields.contains(field.name.lowercased()) {
      if field.name.lowercased() == "acquire-by-hash" {
        output += "\(field.name): yes\n".utf8
        continue
      }
      guard let algorithm = Self.sections[field.name.lowercased()] else {
        output += field.serialized
        continue
      }
      if !torrentsWritten {
        if release.stanza.field("Acquire-By-Hash") == nil {
          output += "Acquire-By-Hash: yes\n".utf8
        }
        appendTorrents(to: &output)
        torrentsWritten = true
      }
      output += "\(field.name):\n".utf8
      Self.append(field, algorithm, changed, removed, to: &output)
    }
    return Self.withoutTrailingBlanks(output)
  }

  /// Blanks at the end of a line are no part of what a cleartext signature covers, so they would
  /// make Release and InRelease differ.
  private static func withoutTrailingBlanks(_ text: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    for byte in text {
      while byte == 0x0A, output.last == 0x20 || output.last == 0x09 { output.removeLast() }
      output.append(byte)
    }
    return output
  }

  private static func append(
    _ field: ControlStanza.Field, _ algorithm: DigestAlgorithm, _ changed: [String: OutputSums],
    _ removed: Set<String>, to output: inout [UInt8]
  ) {
    var listed: Set<String> = []
    for (path, line) in entries(of: field) where !removed.contains(path) {
      if let sums = changed[path] {
        listed.insert(path)
        append(path, sums.size, sums.values[algorithm] ?? [], to: &output)
      } else {
        output += line
      }
    }
    let new = changed.filter { !listed.contains($0.key) }
    for (path, sums) in new.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      append(path, sums.size, sums.values[algorithm] ?? [], to: &output)
    }
  }

  /// The paths of a section, each with its line as it came; in a section that is not written line
  /// by line, with a line of its own.
  private static func entries(of field: ControlStanza.Field) -> [(path: String, line: [UInt8])] {
    var entries: [(path: String, line: [UInt8])] = []
    for line in field.raw.split(separator: 0x0A) {
      let words = line.withUnsafeBytes { Words($0).map { String(field: $0) } }
      if words.isEmpty { continue }
      guard words.count == 3, let first = line.first, isBlank(first) else {
        return refolded(field.words)
      }
      entries.append((words[2], line + [0x0A]))
    }
    return entries
  }

  /// A section in disorder was refused when the Release was read, for SHA256; others are copied as
  /// far as they go.
  private static func refolded(_ words: [String]) -> [(path: String, line: [UInt8])] {
    stride(from: 0, to: words.count - words.count % 3, by: 3).map { index in
      let path = words[index + 2]
      return (path, Array(" \(words[index]) \(padded(words[index + 1])) \(path)\n".utf8))
    }
  }

  private static func append(
    _ path: String, _ size: ByteCount, _ digest: [UInt8], to output: inout [UInt8]
  ) {
    output.append(0x20)
    Hex.append(digest, to: &output)
    output += " \(padded(size.description)) \(path)\n".utf8
  }

  /// Right-aligned in eight columns, as dak writes sizes.
  private static func padded(_ size: String) -> String {
    String(repeating: " ", count: max(0, 8 - size.utf8.count)) + size
  }

  private func appendTorrents(to output: inout [UInt8]) {
    if !torrents.isEmpty { output += "Torrents:\n".utf8 }
    let sorted = torrents.sorted {
      ($0.architecture, $1.generation) < ($1.architecture, $0.generation)
    }
    for torrent in sorted {
      let numbering = torrent.numbering
      output +=
        """
         \(torrent.id) \(torrent.architecture) \(torrent.generation) \(numbering.floor) \
        \(numbering.next) \(numbering.live) \(torrent.created)

        """.utf8
    }
    if let follows { output += "Torrent-Follows: \(follows)\n".utf8 }
    if !trackers.isEmpty {
      output += "Torrent-Trackers: \(trackers.joined(separator: " "))\n".utf8
    }
    if !webSeeds.isEmpty {
      output += "Torrent-Web-Seeds: \(webSeeds.joined(separator: " "))\n".utf8
    }
  }
}
