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
    var lacking = 0
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
    var jobs: [ObjectManifest.Entry] = []
    for (key, entry) in old.entries where kept.contains(entry.index.path) {
      if try linked(entry) { outcome.manifest[key] = entry }
    }
    for file in files where file.content.size > .zero {
      var entry = ObjectManifest.Entry(
        index: file.location, path: file.path, content: file.content)
      if let known = old[entry.key], known.path == file.path, try linked(known) {
        entry.torrentSize = known.torrentSize
        entry.metalinkSize = known.metalinkSize
        outcome.manifest[entry.key] = entry
      } else {
        jobs.append(entry)
      }
    }
    try removeOthers(outcome.manifest)
    try await make(jobs, &outcome)
    return outcome
  }

  /// Links the objects of the visible set, unless one is missing or has another size.
  private func linked(
    _ entry: ObjectManifest.Entry
  ) throws(ArchiveError) -> Bool {
    let place = entry.key.place
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
        let digest = SHA256Digest(hex: String(name.prefix { $0 != "." }))
        guard isOurs, let digest,
          manifest[ObjectManifest.Key(component: component, sha256: digest)] == nil
        else { continue }
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

  private func make(_ jobs: [ObjectManifest.Entry], _ outcome: inout Outcome) async throws {
    guard !jobs.isEmpty else { return }
    for component in Set(jobs.map(\.index.component)) {
      try makeDirectories("\(staging)/\(component)/torrents")
    }
    let share = (jobs.count + workers - 1) / max(1, workers)
    try await withThrowingTaskGroup(of: [ObjectManifest.Entry].self) { group in
      for start in stride(from: 0, to: jobs.count, by: max(1, share)) {
        let part = jobs[start..<min(start + share, jobs.count)]
        group.addTask { try make(part) }
      }
      while let done = try await group.next() {
        for entry in done {
          if entry.torrentSize + entry.metalinkSize == 0 {
            outcome.lacking += 1
          } else {
            outcome.manifest[entry.key] = entry
            outcome.made += 1
          }
        }
      }
    }
    // One for all: a sync a file would take minutes.
    try synchronizeFileSystem(staging)
  }

  private func make(
    _ jobs: ArraySlice<ObjectManifest.Entry>
  ) throws(ArchiveError) -> [ObjectManifest.Entry] {
    try ledger.withContents { reader in
      try jobs.map { job in
        var entry = job
        guard let stored = try reader.stored(entry.content) else { return entry }
        let file = SingleFile(path: entry.path, stored: stored)
        guard file.forms.contains(settings.form) else { return entry }
        let place = entry.key.place
        let torrent = try file.torrent(settings.form, settings.addresses).bytes
        entry.torrentSize = try write(torrent, "\(place).torrent")
        let address = settings.overlay?.appending(
          try ArchivePath("dists/\(suite)/\(place).torrent"))
        let metalink = try file.metalink(settings.addresses, torrent: address).serialized()
        entry.metalinkSize = try write(metalink, "\(place).meta4")
        return entry
      }
    }
  }

  private func write(_ bytes: [UInt8], _ path: String) throws(ArchiveError) -> Int32 {
    let path = "\(staging)/\(path)"
    // A new inode always: an old one may be served, or linked into another set.
    unlink(path)
    try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL).write(bytes)
    return Int32(clamping: bytes.count)
  }
}
