// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc
internal import PackagesParser

/// Where a suite lies in the archive, whichever of its names it was asked by.
package struct SuiteDirectory: Hashable, Sendable {
  /// The real directory's name below `dists`; may hold slashes, as `stable/updates` once did.
  package let name: String
  /// Other names in `dists` that are symbolic links to it.
  package let aliases: [String]

  /// Finds the suite called `name` below `archive`: by directory, by symbolic link, or by the Suite
  /// or Codename its Release gives.
  ///
  /// - Throws: `ArchiveError` (EX_NOINPUT) when there is none, naming those there are.
  package init(named name: String, archive: String) throws(ArchiveError) {
    do throws(ArchivePath.Defect) { _ = try ArchivePath(name) } catch {
      throw ArchiveError(.usage, "the suite '\(name)': \(error)")
    }
    let dists = try resolvedPath("\(archive)/dists")
    let directories = try Self.directories(in: dists)
    let found =
      if exists("\(dists)/\(name)") { try Self.realName("\(dists)/\(name)", in: dists) } else {
        Self.search(name, directories, in: dists)
      }
    guard let found else {
      throw ArchiveError(
        .noInput, "no suite called '\(name)'", at: ArchiveError.Place(file: dists),
        advice: "there are: \(directories.joined(separator: ", "))")
    }
    self.name = found
    aliases = try directoryEntries(dists).filter { entry in
      entry != found && linkTarget("\(dists)/\(entry)") != nil
        && (try? Self.realName("\(dists)/\(entry)", in: dists)) == found
    }
  }

  private static func realName(_ path: String, in dists: String) throws(ArchiveError) -> String {
    let real = try resolvedPath(path)
    guard real.hasPrefix(dists + "/") else {
      throw ArchiveError(
        .data, "a symbolic link leads out of dists", at: ArchiveError.Place(file: path))
    }
    return String(real.dropFirst(dists.count + 1))
  }

  private static func directories(in dists: String) throws(ArchiveError) -> [String] {
    try directoryEntries(dists).filter { name in
      !name.hasPrefix(".")
        && (exists("\(dists)/\(name)/InRelease") || exists("\(dists)/\(name)/Release"))
    }
  }

  /// The real directory whose Release gives `name` as Codename, or else as Suite. What it says is
  /// believed only so far: the signature is checked before anything is read from it.
  private static func search(_ name: String, _ directories: [String], in dists: String) -> String? {
    for field in ["Codename", "Suite"] {
      for directory in directories where linkTarget("\(dists)/\(directory)") == nil {
        let release = "\(dists)/\(directory)/Release"
        let path = exists(release) ? release : "\(dists)/\(directory)/InRelease"
        guard let text = try? Descriptor.open(path).readAll(limit: 64 << 10),
          let head = text.split(separator: 0x0A).first(where: {
            $0.starts(with: Array("\(field):".utf8))
          })
        else { continue }
        let value = String(decoding: head.dropFirst(field.utf8.count + 1), as: UTF8.self)
        if value.drop(while: { $0 == " " }) == name { return directory }
      }
    }
    return nil
  }
}
