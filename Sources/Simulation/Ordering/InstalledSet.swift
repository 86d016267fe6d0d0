// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Publisher

/// The packages that a machine has, as dpkg-query lists them.
///
/// A line is a name, or `name version architecture` as `dpkg-query -W -f '${Package} ${Version}
/// ${Architecture}\n'` prints it; `name:architecture` will do as well. Lines may be empty, and `#` begins
/// a comment.
package struct InstalledSet: Hashable, Sendable {
  /// One line of it.
  package struct Package: Hashable, Sendable {
    package let name: String
    /// Nil where the line does not say, like the next.
    package let version: String?
    package let architecture: String?
  }

  /// Each once, in the order of the list.
  package private(set) var packages: [Package] = []

  /// Reads `bytes`, which `file` stands for in messages.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) with the line, for a line that is none of these, a list
  ///   beyond the limits, and one that names nothing.
  package init(
    _ bytes: [UInt8], file: String, limits: SimulationLimits = SimulationLimits()
  ) throws(ArchiveError) {
    guard bytes.count <= limits.installedBytes else {
      throw ArchiveError(
        .data, "larger than \(limits.installedBytes) bytes", at: ArchiveError.Place(file: file))
    }
    var seen: Set<Package> = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    {
      let place = ArchiveError.Place(file: file, line: UInt64(index + 1))
      let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if words.isEmpty || words[0].first == 0x23 { continue }
      guard let package = Self.package(words) else {
        throw ArchiveError(
          .data, "expected 'name version architecture' or a name", at: place, advice: Self.advice)
      }
      guard seen.insert(package).inserted else { continue }
      packages.append(package)
      guard packages.count <= limits.installedPackages else {
        throw ArchiveError(.data, "more than \(limits.installedPackages) packages", at: place)
      }
    }
    guard !packages.isEmpty else {
      throw ArchiveError(
        .data, "no package is listed", at: ArchiveError.Place(file: file), advice: Self.advice)
    }
  }

  /// How such a list is made.
  package static let advice =
    #"make the list by dpkg-query -W -f '${Package} ${Version} ${Architecture}\n'"#

  private static func package(_ words: [ArraySlice<UInt8>]) -> Package? {
    guard words.count <= 3 else { return nil }
    let name = words[0].split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
    guard isName(name[0]), words.count < 2 || isVersion(words[1]) else { return nil }
    let architecture = words.count == 3 ? words[2] : name.count == 2 ? name[1] : nil
    guard architecture.map(isName) ?? true else { return nil }
    func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
    return Package(
      name: text(name[0]), version: words.count > 1 ? text(words[1]) : nil,
      architecture: architecture.map(text))
  }

  /// Letters, digits, `+`, `-`, `.` and `_`, the first of them a letter or digit: what policy 5.6.1
  /// allows, and a little that dpkg has let pass.
  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, isLetterOrDigit(first) else { return false }
    return bytes.allSatisfy { isLetterOrDigit($0) || [0x2B, 0x2D, 0x2E, 0x5F].contains($0) }
  }

  /// Policy 5.6.12: begins with a digit, of the epoch or of the version itself.
  private static func isVersion(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, (0x30...0x39).contains(first) else { return false }
    return bytes.allSatisfy {
      isLetterOrDigit($0) || [0x2B, 0x2D, 0x2E, 0x3A, 0x5F, 0x7E].contains($0)
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }
}

extension InstalledSet {
  /// The files of `files` that the machine has, by position, and the packages that none of them is.
  ///
  /// A package matches by name and, where both say one, architecture; of several versions it is the one
  /// that is installed, or else the last listed.
  func find(in files: [PackageFile]) -> (positions: Set<Int>, missing: [Package]) {
    var byName: [String: [Int]] = [:]
    for (position, file) in files.enumerated() {
      byName[file.package, default: []].append(position)
    }
    var positions: Set<Int> = []
    var missing: [Package] = []
    for package in packages {
      let candidates = (byName[package.name] ?? []).filter {
        package.architecture == nil || files[$0].architecture == package.architecture
          || files[$0].architecture == "all" || package.architecture == "all"
      }
      let exact = candidates.first { position in
        package.version.map { Self.version($0, isThatOf: files[position].path) } ?? false
      }
      if let position = exact ?? candidates.last {
        positions.insert(position)
      } else {
        missing.append(package)
      }
    }
    return (positions, missing)
  }

  /// Whether the file `name_version_architecture.deb` has a version; epochs are not in file names.
  private static func version(_ version: String, isThatOf path: ArchivePath) -> Bool {
    let parts = path.name.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count >= 2 else { return false }
    let bare = version.split(separator: ":", maxSplits: 1).last ?? version[...]
    return parts[1] == bare
  }
}
