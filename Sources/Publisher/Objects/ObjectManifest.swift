// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc
package import PackagesParser

/// Which objects the last publication of a suite had, and of what they were made: those that would
/// come out the same are linked into the next set and not made again.
///
/// Disposable: without it, all objects are made again, and come out the same.
package struct ObjectManifest {
  /// What objects are of.
  package struct Key: Hashable {
    package let component: String
    package let sha256: SHA256Digest

    package init(component: String, sha256: SHA256Digest) {
      self.component = component
      self.sha256 = sha256
    }

    /// Relative to the suite, without the suffix.
    package var place: String { "\(component)/torrents/\(sha256)" }
  }

  /// One content's objects.
  package struct Entry: Hashable {
    /// The index that listed it.
    package var index: IndexLocation
    package var path: ArchivePath
    package var content: ContentID
    /// Bytes of each object; 0 for none.
    package var torrentSize: Int32 = 0
    package var metalinkSize: Int32 = 0

    package var key: Key { Key(component: index.component, sha256: content.sha256) }
  }

  /// Digest over the settings that objects depend on.
  let settings: SHA256Digest
  package private(set) var entries: [Key: Entry] = [:]

  init(settings: SHA256Digest) { self.settings = settings }

  package subscript(key: Key) -> Entry? {
    get { entries[key] }
    set { entries[key] = newValue }
  }

  /// Where the manifest of the suite in the directory `suite` lies.
  package static func path(_ settings: SuiteSettings, suite: String) -> String {
    let name = "\(suite.replacing("/", with: "-"))-\(settings.publish.rawValue)"
    return "\(settings.state)/objects/\(name).manifest"
  }

  /// The manifest of the last publication of `suite`; an empty one where objects would be made by
  /// other settings today.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses.
  package init(_ settings: SuiteSettings, suite: String) throws(ArchiveError) {
    self.init(
      path: Self.path(settings, suite: suite), settings: try settings.objects.digest(suite: suite))
  }

  /// The manifest at `path`; an empty one where there is none, or none of these settings.
  init(path: String, settings: SHA256Digest) {
    self.init(settings: settings)
    guard let file = try? Descriptor.open(path), let size = try? file.status().st_size,
      size <= 1 << 30, let bytes = try? file.readAll(limit: Int(size))
    else { return }
    let lines = bytes.split(separator: 0x0A)
    guard lines.first.map({ String(decoding: $0, as: UTF8.self) }) == "\(settings)" else { return }
    var location: (text: ArraySlice<UInt8>, value: IndexLocation)?
    for line in lines.dropFirst() {
      let words = line.split(separator: 0x20, maxSplits: 5, omittingEmptySubsequences: false)
      guard words.count == 6 else { continue }
      // One value for all of an index, which share its texts.
      if location?.text.elementsEqual(words[4]) != true {
        location = IndexLocation(path: Self.text(words[4])[...]).map { (words[4], $0) }
      }
      guard let index = location?.value, let entry = Self.entry(words, index) else { continue }
      entries[entry.key] = entry
    }
  }

  private static func text(_ word: ArraySlice<UInt8>) -> String {
    String(decoding: word, as: UTF8.self)
  }

  private static func entry(_ words: [ArraySlice<UInt8>], _ index: IndexLocation) -> Entry? {
    guard let digest = words[0].withUnsafeBytes({ SHA256Digest(hex: $0) }),
      let size = UInt64(text(words[1])), let torrentSize = Int32(text(words[2])),
      let metalinkSize = Int32(text(words[3])), let path = try? ArchivePath(text(words[5]))
    else { return nil }
    return Entry(
      index: index, path: path, content: ContentID(sha256: digest, size: ByteCount(size)),
      torrentSize: torrentSize, metalinkSize: metalinkSize)
  }

  /// Writes the manifest to `path`, in one step.
  ///
  /// - Throws: `ArchiveError` when it cannot be written.
  func write(to path: String) throws(ArchiveError) {
    let temporary = "\(path).new"
    unlink(temporary)
    let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
    var text = "\(settings)\n"
    for entry in entries.values.sorted(by: { $0.precedes($1) }) {
      text += "\(entry.content.sha256) \(entry.content.size) \(entry.torrentSize) "
      text += "\(entry.metalinkSize) \(entry.index.path) \(entry.path)\n"
      guard text.utf8.count > 1 << 16 else { continue }
      try file.write(Array(text.utf8))
      text = ""
    }
    try file.write(Array(text.utf8))
    try move(temporary, to: path)
  }
}

extension ObjectManifest.Entry {
  fileprivate func precedes(_ other: Self) -> Bool {
    content.sha256 != other.content.sha256
      ? content.sha256 < other.content.sha256 : index.component < other.index.component
  }
}
