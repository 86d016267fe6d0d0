// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import PackagesParser

/// Which objects the last publication of a suite had, and of what they were made: those that would
/// come out the same are linked into the next set and not made again.
///
/// Disposable: without it, all objects are made again, and come out the same.
struct ObjectManifest {
  /// One content's objects.
  struct Entry: Hashable {
    /// The index that listed it.
    var index: String
    var path: ArchivePath
    var content: ContentID
    /// Bytes of each object; 0 for none.
    var torrentSize: Int
    var metalinkSize: Int
  }

  /// Digest over the settings that objects depend on.
  let settings: SHA256Digest
  private(set) var entries: [String: Entry] = [:]

  init(settings: SHA256Digest) { self.settings = settings }

  /// Where a content's objects lie, relative to the suite and without the suffix.
  static func place(_ content: ContentID, component: String) -> String {
    "\(component)/torrents/\(content.sha256)"
  }

  subscript(place: String) -> Entry? {
    get { entries[place] }
    set { entries[place] = newValue }
  }

  /// The manifest at `path`; an empty one where there is none, or none of these settings.
  init(path: String, settings: SHA256Digest) {
    self.init(settings: settings)
    guard let file = try? Descriptor.open(path), let size = try? file.status().st_size,
      size <= 1 << 30, let bytes = try? file.readAll(limit: Int(size))
    else { return }
    let lines = bytes.split(separator: 0x0A)
    guard lines.first.map({ String(decoding: $0, as: UTF8.self) }) == "\(settings)" else { return }
    for line in lines.dropFirst() {
      let words = String(decoding: line, as: UTF8.self).split(
        separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
      guard words.count == 6, let digest = Hex.decode(String(words[0])).flatMap(SHA256Digest.init),
        let size = UInt64(words[1]), let torrentSize = Int(words[2]),
        let metalinkSize = Int(words[3]), let path = try? ArchivePath(String(words[5])),
        let location = IndexLocation(path: words[4])
      else { continue }
      let content = ContentID(sha256: digest, size: ByteCount(size))
      entries[Self.place(content, component: location.component)] = Entry(
        index: String(words[4]), path: path, content: content, torrentSize: torrentSize,
        metalinkSize: metalinkSize)
    }
  }

  /// Writes the manifest to `path`, in one step.
  ///
  /// - Throws: `ArchiveError` when it cannot be written.
  func write(to path: String) throws(ArchiveError) {
    let temporary = "\(path).new"
    unlink(temporary)
    let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
    var text = "\(settings)\n"
    for (_, entry) in entries.sorted(by: { $0.key < $1.key }) {
      text += "\(entry.content.sha256) \(entry.content.size) \(entry.torrentSize) "
      text += "\(entry.metalinkSize) \(entry.index) \(entry.path)\n"
    }
    try file.write(Array(text.utf8))
    try move(temporary, to: path)
  }
}
