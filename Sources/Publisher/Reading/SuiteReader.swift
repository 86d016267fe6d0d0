// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
internal import Ledger
package import PackagesParser
internal import ReleaseTrust

/// Reads a suite's verified indices for commands that only look.
package struct SuiteReader: Sendable {
  package let directory: SuiteDirectory
  package let release: ReleaseFile
  private let root: ArchiveRoot
  private let selection: IndexSelection

  /// Finds and verifies the suite called `name`.
  ///
  /// - Throws: `ArchiveError` when it is not there, or not authentic and fresh.
  package init(
    suite name: String, root: ArchiveRoot, settings: SuiteSettings, now: ArchiveDate
  ) async throws {
    directory = try SuiteDirectory(named: name, archive: root.path)
    release = try await SignedRelease.read(
      directory: "\(root.path)/dists/\(directory.name)", policy: settings.trust, now: now
    ).release
    selection = try IndexSelection(
      release: release, suite: directory.name, root: root, settings: settings)
    self.root = root
  }

  /// Calls `body` for each file of each index; what it is given is proven only when this returns.
  ///
  /// - Throws: `ArchiveError` for an index that is damaged or not what Release lists.
  package func forEachFile(_ body: (PackageFile) throws -> Void) throws {
    for source in selection.sources {
      let file = try source.open(in: root)
      if source.location.kind == .sources {
        var sources = SourcesIndex(file, withTraits: true)
        while let entry = try sources.next() {
          for file in entry.files {
            try file.path.withUnsafeBytes { path in
              try body(
                PackageFile(
                  package: entry.package, architecture: "source", path: path,
                  content: file.content, location: source.location, traits: sources.traits))
            }
          }
        }
      } else {
        var packages = PackagesIndex(file, withTraits: true)
        while let entry = try packages.next() {
          try body(
            PackageFile(
              package: entry.package, architecture: String(field: entry.architecture),
              path: entry.filename, content: entry.content, location: source.location,
              traits: packages.traits))
        }
      }
    }
  }
}
