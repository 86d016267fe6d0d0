// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger
internal import PackagesParser
internal import StandardObjects
internal import TorrentMetadata

/// Puts the objects of a suite into a staged set: links those of the visible one that would come
/// out the same, and makes the others from the ledger.
struct ObjectWriting: Sendable {
  let settings: ObjectSettings
  let ledger: Ledger
  /// The staged directory of the suite, and the visible one.
  let staging: String
  let visible: String
  /// The suite's directory below `dists`.
  let suite: String
  let workers: Int

  /// What became of them.
  struct Outcome {
    var manifest: ObjectManifest
    var made = 0
    /// Files of which the ledger lacks digests.
    var lacking: [ArchivePath] = []
  }

  /// One content to be described, and what is known of it.
  private struct Job: Sendable {
    let component: String
    var entry: ObjectManifest.Entry

    var place: String { ObjectManifest.place(entry.content, component: component) }
  }

  /// Brings the objects of `files` into the staged set, and removes all others from it.
  ///
  /// - Parameters:
  ///   - files: what the policy chose.
  ///   - old: the manifest of the visible set.
  ///   - kept: paths of indices that this run did not read; their objects stay.
  /// - Returns: what the staged set has now.
  /// - Throws: `ArchiveError` when an object cannot be made or written.
  func write(
    _ files: [PackageFile], old: ObjectManifest, kept: Set<String>
  ) async throws -> Outcome {
    var outcome = Outcome(manifest: ObjectManifest(settings: old.settings))
    var jobs: [Job] = []
    for (place, entry) in old.entries where kept.contains(entry.index) {
      if try linked(place, entry) { outcome.manifest[place] = entry }
    }
    for file in Self.unique(files) {
      let place = ObjectManifest.place(file.content, component: file.location.component)
      if let known = old[place], known.path == file.path, try linked(place, known) {
        outcome.manifest[place] = known
        outcome.manifest[place]?.index = file.location.path
        continue
      }
      let entry = ObjectManifest.Entry(
        index: file.location.path, path: file.path, content: file.content, torrentSize: 0,
        metalinkSize: 0)
      jobs.append(Job(component: file.location.component, entry: entry))
    }
    try removeOthers(outcome.manifest)
    try await make(jobs, &outcome)
    return outcome
  }

  /// One file a content and component, the one of the smallest path: what is listed for several
  /// architectures is described once.
  private static func unique(_ files: [PackageFile]) -> [PackageFile] {
    var chosen: [String: PackageFile] = [:]
    for file in files where file.content.size > .zero {
      let place = ObjectManifest.place(file.content, component: file.location.component)
      if let other = chosen[place], other.path <= file.path { continue }
      chosen[place] = file
    }
    return chosen.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Links the objects of the visible set, unless one is missing or has another size.
  private func linked(
    _ place: String, _ entry: ObjectManifest.Entry
  ) throws(ArchiveError) -> Bool {
    let objects = [(".torrent", entry.torrentSize), (".meta4", entry.metalinkSize)]
      .filter { $0.1 > 0 }
    for (suffix, size) in objects {
      var status = stat()
      guard stat("\(visible)/\(place)\(suffix)", &status) == 0, Int(status.st_size) == size else {
        return false
      }
    }
    for (suffix, _) in objects {
      try link("\(visible)/\(place)\(suffix)", as: "\(staging)/\(place)\(suffix)")
    }
    return !objects.isEmpty
  }

  /// In place, the staged set begins with all that the archive had.
  private func removeOthers(_ manifest: ObjectManifest) throws(ArchiveError) {
    for component in try Self.directories(of: staging) {
      for name in try directoryEntries("\(staging)/\(component)/torrents") {
        let isOurs = name.hasSuffix(".torrent") || name.hasSuffix(".meta4")
        let stem = name.prefix { $0 != "." }
        guard isOurs, manifest["\(component)/torrents/\(stem)"] == nil else { continue }
        unlink("\(staging)/\(component)/torrents/\(name)")
      }
    }
  }

  /// Components that have a directory of objects; they may hold slashes.
  private static func directories(
    of staging: String, below prefix: String = ""
  ) throws(ArchiveError) -> [String] {
    var found: [String] = []
    for name in try directoryEntries(staging + (prefix.isEmpty ? "" : "/\(prefix)")) {
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      var status = stat()
      guard name != "by-hash", lstat("\(staging)/\(path)", &status) == 0, status.isDirectory,
        path.utf8.count(where: { $0 == 0x2F }) < 4
      else { continue }
      if name == "torrents", !prefix.isEmpty {
        found.append(prefix)
      } else {
        found += try directories(of: staging, below: path)
      }
    }
    return found
  }

  private func make(_ jobs: [Job], _ outcome: inout Outcome) async throws {
    guard !jobs.isEmpty else { return }
    for component in Set(jobs.map(\.component)) {
      try makeDirectories("\(staging)/\(component)/torrents")
    }
    let share = (jobs.count + workers - 1) / max(1, workers)
    let parts = stride(from: 0, to: jobs.count, by: max(1, share)).map {
      Array(jobs[$0..<min($0 + share, jobs.count)])
    }
    let done = try await withThrowingTaskGroup(of: [Job].self) { group in
      for part in parts { group.addTask { try make(part) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    for job in done {
      if job.entry.torrentSize + job.entry.metalinkSize == 0 {
        outcome.lacking.append(job.entry.path)
      } else {
        outcome.manifest[job.place] = job.entry
        outcome.made += 1
      }
    }
    outcome.lacking.sort()
    // One for all: a sync a file would take minutes.
    try synchronizeFileSystem(staging)
  }

  private func make(_ jobs: [Job]) throws(ArchiveError) -> [Job] {
    try ledger.withContents { reader in
      try jobs.map { job in
        var job = job
        guard let stored = try reader.stored(job.entry.content) else { return job }
        let file = SingleFile(path: job.entry.path, stored: stored)
        guard file.forms.contains(settings.form) else { return job }
        let torrent = try file.torrent(settings.form, settings.addresses).bytes
        job.entry.torrentSize = try write(torrent, "\(job.place).torrent")
        let address = settings.overlay?.appending(
          try ArchivePath("dists/\(suite)/\(job.place).torrent"))
        let metalink = try file.metalink(settings.addresses, torrent: address).serialized()
        job.entry.metalinkSize = try write(metalink, "\(job.place).meta4")
        return job
      }
    }
  }

  private func write(_ bytes: [UInt8], _ path: String) throws(ArchiveError) -> Int {
    let path = "\(staging)/\(path)"
    // A new inode always: an old one may be served, or linked into another set.
    unlink(path)
    try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL).write(bytes)
    return bytes.count
  }
}
