// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import PackagesParser

/// One file that an index names, and by what people choose it.
package struct PackageFile: Hashable, Sendable {
  /// Of a source package's files, the source package.
  package let package: String
  /// `source` for files of source packages.
  package let architecture: String
  package let path: ArchivePath
  package let content: ContentID
  package let location: IndexLocation
  /// As `games` or `non-free/games`; empty where the stanza does not say, as the others.
  package let section: String
  package let priority: String
  /// The source package's name.
  package let source: String

  package init(
    package: String, architecture: String, path: ArchivePath, content: ContentID,
    location: IndexLocation, section: String = "", priority: String = "", source: String = ""
  ) {
    self.package = package
    self.architecture = architecture
    self.path = path
    self.content = content
    self.location = location
    self.section = section
    self.priority = priority
    self.source = source.isEmpty ? package : source
  }
}

extension PackageFile {
  /// A file of the stanza in view.
  init(
    package: UnsafeRawBufferPointer, architecture: String, path: UnsafeRawBufferPointer,
    content: ContentID, location: IndexLocation, traits: PackageTraits
  ) throws(ArchivePath.Defect) {
    func text(_ field: UnsafeRawBufferPointer?) -> String { field.map { String(field: $0) } ?? "" }
    self.init(
      package: String(field: package), architecture: architecture,
      path: try ArchivePath(bytes: path), content: content, location: location,
      section: text(traits.section), priority: text(traits.priority), source: text(traits.source))
  }
}
