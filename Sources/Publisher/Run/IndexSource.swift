// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
package import PackagesParser

/// One index of a suite that this mirror has, and how it is read.
package struct IndexSource: Sendable {
  package let location: IndexLocation
  /// The file on disk, the cheapest to read of those there are.
  package let path: ArchivePath
  package let compression: Compression
  /// What Release lists for the file as it lies on disk.
  package let file: ContentID
  /// What Release lists for the uncompressed index; nil where it lists only compressed ones.
  package let plain: ContentID?
  /// The compressions that Release lists and the mirror has.
  package let present: [Compression]

  /// Opens the index; its bytes are checked while they stream.
  ///
  /// - Throws: `ArchiveError` (EX_TEMPFAIL) when it has vanished, and when it cannot be opened.
  package func open(in root: ArchiveRoot) throws(ArchiveError) -> VerifiedFile {
    guard let descriptor = try root.open(path) else {
      throw ArchiveError(
        .temporary, "the index vanished", at: ArchiveError.Place(file: root.absolute(path)),
        advice: "an archive update is under way: run again after it")
    }
    return try VerifiedFile(
      descriptor, compression: compression, compressedAs: file, plainAs: plain)
  }
}

/// Which indices a run reads, and why it does not read others.
package struct IndexSelection: Sendable {
  package var sources: [IndexSource] = []
  /// Listed in Release, not on disk: normal on a partial mirror.
  package var absent: [IndexLocation] = []
  /// Left out by the command line's filters.
  package var filtered: [IndexLocation] = []
  /// Beyond what the configuration says this mirror has.
  package var unexpected: [IndexLocation] = []
  /// Whether the command line limited the run at all.
  package let isLimited: Bool

  /// Chooses among what `release` lists for the suite in `dists/<name>`.
  ///
  /// - Throws: `ArchiveError` when a path cannot be examined.
  package init(
    release: ReleaseFile, suite: String, root: ArchiveRoot, settings: SuiteSettings
  ) throws(ArchiveError) {
    isLimited = !settings.componentFilter.isEmpty || !settings.architectureFilter.isEmpty
    var listed: [IndexLocation: [Compression: ContentID]] = [:]
    for (path, content) in release.files {
      let (base, compression) = Compression.split(path[...])
      guard let location = IndexLocation(path: base) else { continue }
      listed[location, default: [:]][compression] = content
    }
    for location in listed.keys.sorted(by: { $0.path < $1.path }) {
      guard Self.matches(location, settings.components, settings.architectures) else {
        unexpected.append(location)
        continue
      }
      guard
        Self.matches(
          location, settings.componentFilter.isEmpty ? nil : settings.componentFilter,
          settings.architectureFilter.isEmpty ? nil : settings.architectureFilter)
      else {
        filtered.append(location)
        continue
      }
      let source = try Self.source(location, listed[location] ?? [:], suite, root)
      if let source { sources.append(source) } else { absent.append(location) }
    }
  }

  private static func matches(
    _ location: IndexLocation, _ components: [String]?, _ architectures: [String]?
  ) -> Bool {
    // `updates/main` is component `main` of a security archive.
    let names = [
      location.component, location.component.split(separator: "/").last.map(String.init),
    ]
    return (components.map { $0.contains { names.contains($0) } } ?? true)
      && (architectures?.contains(location.architecture) ?? true)
  }

  private static func source(
    _ location: IndexLocation, _ listed: [Compression: ContentID], _ suite: String,
    _ root: ArchiveRoot
  ) throws(ArchiveError) -> IndexSource? {
    var present: [(Compression, ArchivePath)] = []
    for compression in Compression.byReadingCost where listed[compression] != nil {
      let text = "dists/\(suite)/\(location.path)\(compression.suffix)"
      guard let path = try? ArchivePath(text), root.status(path) != nil else { continue }
      present.append((compression, path))
    }
    guard let (compression, path) = present.first, let file = listed[compression] else {
      return nil
    }
    return IndexSource(
      location: location, path: path, compression: compression, file: file,
      plain: listed[.none], present: present.map(\.0))
  }
}
