// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser

/// A stanza that may be what somebody asked for.
struct PackageCandidate: Sendable {
  let package: String
  let version: DebianVersion
  let architecture: String
  let path: ArchivePath
  let content: ContentID
  /// The index that it stands in, relative to the suite.
  let index: String
  let pieces: PublishedPieces?

  /// Whether the stanza says everything of its pieces.
  var isComplete: Bool { pieces?.table != nil && pieces?.numbers != nil }
}

/// The stanzas of the packages that were asked for, and which of them are meant.
struct PackageCandidates {
  private let requests: [PackageRequest]
  private let names: Set<String>
  private let architectures: [String]
  private var found: [String: [PackageCandidate]] = [:]

  /// Looks for `requests`; of several `architectures` the first that has a package counts.
  init(_ requests: [PackageRequest], architectures: [String]) {
    self.requests = requests
    names = Set(requests.map(\.name))
    self.architectures = architectures
  }

  /// Takes what `source`, the index at `indexPath`, has of the packages.
  ///
  /// - Throws: `ArchiveError` for an index that is malformed, or not what Release lists; nothing of
  ///   it is kept then.
  mutating func read(_ source: any ByteSource, _ indexPath: String) throws(ArchiveError) {
    var index = PackagesIndex(source)
    var new: [PackageCandidate] = []
    while let entry = try index.next() {
      let name = String(field: entry.package)
      guard names.contains(name), let path = try? ArchivePath(bytes: entry.filename) else {
        continue
      }
      new.append(
        PackageCandidate(
          package: name, version: DebianVersion(index.version.map { String(field: $0) } ?? ""),
          architecture: String(field: entry.architecture), path: path, content: entry.content,
          index: indexPath,
          pieces: PublishedPieces(index.pieceFields, of: entry.content)))
    }
    // Only now is it certain that the index was the one that Release lists.
    for candidate in new { found[candidate.package, default: []].append(candidate) }
  }

  /// One candidate for each request.
  ///
  /// - Throws: `ArchiveError` (EX_NOINPUT) that names all packages which are not there.
  func choose(place: String) throws(ArchiveError) -> [PackageCandidate] {
    var chosen: [PackageCandidate] = []
    var missing: [String] = []
    for request in requests {
      if let best = best(request) { chosen.append(best) } else { missing.append("\(request)") }
    }
    guard missing.isEmpty else {
      throw ArchiveError(
        .noInput, "no package \(missing.map { "'\($0)'" }.joined(separator: ", "))",
        at: ArchiveError.Place(file: place))
    }
    return chosen
  }

  private func best(_ request: PackageRequest) -> PackageCandidate? {
    let fitting = (found[request.name] ?? []).filter { candidate in
      (request.version.map { candidate.version.string == $0 } ?? true)
        && (request.architecture.map { candidate.architecture == $0 } ?? true)
    }
    let order = request.architecture.map { [$0] } ?? architectures + ["all"]
    for architecture in order {
      // A native package may be replaced by one for all, and the other way round: the version tells.
      let group = fitting.filter {
        $0.architecture == architecture || request.architecture == nil && $0.architecture == "all"
      }
      if let best = group.max(by: { $0.version < $1.version }) { return best }
    }
    return nil
  }
}
