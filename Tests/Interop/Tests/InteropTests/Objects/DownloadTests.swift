// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Testing

/// Real clients fetch real packages: from a peer, and with no peer from the archive itself.
///
/// What they cannot do is told as `knownToFail`, and by the table that is made of what was seen.
@Suite struct DownloadTests {
  /// A package of several pieces with an odd name.
  private let single = ["odd-all"]
  private let set = ["odd-*", "fugue", "*concerto*"]
  private let setPackages =
    ObjectArchive.oddNames.keys.sorted() + ["fugue"] + ObjectArchive.binaries.map(\.name)

  /// The forms that a client does not take, or cannot fetch from a source.
  private func knownToFail(
    _ client: DownloadClient, _ form: ObjectForm, _ source: DownloadSource
  ) -> Bool {
    switch client {
    case .libtorrent: false
    case .transmission: !form.isV1 || (form.hasPads && source == .mirror)
    case .aria:
      form.isV2 || (form.isHybrid && source == .peer) || (form.hasPads && source == .mirror)
    }
  }

  @Test func everyClientFetchesEveryForm() throws {
    let archive = try ObjectArchive.shared()
    let mirror = try Nginx(archive.root)
    let seeder = try archive.seeder()
    var objects: [DownloadSource: [ObjectForm: String]] = [:]
    objects[.peer] = try self.objects(of: archive)
    objects[.mirror] = try self.objects(of: archive, webSeed: mirror.url)
    objects[.seeder] = try self.objects(of: archive, webSeed: seeder.url + "/")
    let trials = try DownloadClient.allCases.map { client in
      try objects.flatMap { source, objects in
        try objects.map { form, object in try trial(client, form, source, object) }
      }
    }
    let seed = try Libtorrent.seed(
      try jobs(for: trials.joined().filter { $0.source == .peer }, objects[.peer] ?? [:], archive))
    defer {
      seed.signal(SIGTERM)
      _ = try? seed.wait()
    }
    let waiting = try zip(DownloadClient.allCases, trials).map { try $0.start($1) }
    for (client, (trials, results)) in zip(DownloadClient.allCases, zip(trials, waiting)) {
      let seen = Array(zip(trials, try results()))
      for (trial, result) in seen {
        let what = "\(client), \(trial.form.rawValue), \(trial.source): \(result.text)"
        let wrong = try wrongFiles(of: trial, archive)
        if result.finishes { #expect(wrong == [], "\(what)") }
        #expect(result.finishes != knownToFail(client, trial.form, trial.source), "\(what)")
      }
      try DownloadNotes(client: client, seen: seen, requests: mirror.requests()).record()
    }
  }

  /// An object of every form, with a web seed or without; what a magnet link leads to needs a peer.
  private func objects(
    of archive: ObjectArchive, webSeed: String? = nil
  ) throws -> [ObjectForm: String] {
    let seeds = webSeed.map { ["--web-seed", $0] } ?? []
    var objects: [ObjectForm: String] = [:]
    for form in ObjectForm.allCases where !form.isMagnet {
      objects[form] =
        form.isSet
        ? try archive.torrent(ofSet: set, form, seeds)
        : try archive.torrents(of: single, form, seeds)[single[0]]
    }
    for form in ObjectForm.allCases where form.isMagnet && webSeed == nil {
      let link = try archive.check(["magnet"] + single + form.options)
      objects[form] = link.trimmingCharacters(in: .newlines)
    }
    return objects
  }

  private func trial(
    _ client: DownloadClient, _ form: ObjectForm, _ source: DownloadSource, _ object: String
  ) throws -> Trial {
    // aria2 counts from the last byte; Transmission from its start, and it takes its time to begin.
    let short = client == .aria ? 3 : 12
    return Trial(
      form: form, source: source, object: object, directory: try Scratch.directory("download"),
      port: try FreePort.next(), limit: knownToFail(client, form, source) ? short : 60)
  }

  /// What a peer has to serve, and to whom.
  private func jobs(
    for trials: [Trial], _ objects: [ObjectForm: String], _ archive: ObjectArchive
  ) throws -> [Libtorrent.Job] {
    try objects.filter { !$0.key.isMagnet }.map { form, torrent in
      Libtorrent.Job(
        torrent: torrent, directory: try archive.directory(of: form, single[0]),
        callees: trials.filter { $0.form.torrent == form }.map(\.port))
    }
  }

  /// The files that are not there, or have other bytes than the pool's.
  private func wrongFiles(of trial: Trial, _ archive: ObjectArchive) throws -> [String] {
    try archive.files(of: trial.form.isSet ? setPackages : single).filter { file in
      let path = trial.form.isSet ? file.path : file.name
      guard Files.exists("\(trial.directory)/\(path)") else { return true }
      return try Files.read("\(trial.directory)/\(path)")
        != Files.read("\(archive.root)/\(file.path)")
    }.map(\.path)
  }
}
