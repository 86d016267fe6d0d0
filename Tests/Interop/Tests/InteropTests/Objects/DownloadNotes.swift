// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation

/// What was seen of a client's downloads, as cells of the table.
struct DownloadNotes {
  let client: DownloadClient
  let seen: [(trial: Trial, result: TrialResult)]
  /// What was asked of the plain mirror, by all clients.
  let requests: [Nginx.Request]

  func record() throws {
    let version = try client.version()
    for form in ObjectForm.allCases {
      let ofForm = seen.filter { $0.trial.form == form }
      let loads = ofForm.allSatisfy(\.result.loads)
      let finished = Set(ofForm.filter(\.result.finishes).map(\.trial.source))
      func cell(_ column: CompatibilityCell.Column, _ works: Bool, _ note: String) throws {
        try CompatibilityCell(version, form.rawValue, column, works, note: note).record()
      }
      try cell(.loads, loads, loads ? "" : refusal(ofForm.map(\.result)))
      for (trial, result) in ofForm where trial.source == .peer {
        let note = loads && !result.finishes ? try peerNote(trial, result) : ""
        try cell(.downloads, result.finishes, note)
      }
      guard !form.isMagnet else { continue }
      let byHTTP = finished.intersection([.mirror, .seeder])
      try cell(.webSeed, !byHTTP.isEmpty, loads ? webSeedNote(byHTTP) : "")
    }
  }

  /// In the client's own words.
  private func refusal(_ results: [TrialResult]) -> String {
    let known = [
      "Missing pieces in torrent metainfo", "Unrecognized URI or unsupported protocol",
      "Failed opening torrent file",
    ]
    let words = known.first { words in results.contains { $0.text.contains(words) } }
    return "refused: \(words ?? results.first?.text ?? "")"
  }

  /// Why the peer was of no use.
  private func peerNote(_ trial: Trial, _ result: TrialResult) throws -> String {
    // Transmission and aria2, in this order, of the torrent that a magnet link leads to.
    if result.text.contains("metainfo parsed 0") { return "refuses the torrent that it got" }
    if result.text.contains("Download complete: [MEMORY][METADATA]") {
      return "gets the torrent, and then nothing more"
    }
    guard client == .aria, !trial.form.isMagnet else { return "no peer serves it" }
    let hash = try AriaShow.read(trial.object).infoHash
    let right = try Libtorrent.describe([trial.object]).first?.hashes?.v1
    return hash == right ? "no peer serves it" : "takes another info hash for the torrent's"
  }

  private func webSeedNote(_ works: Set<DownloadSource>) -> String {
    if works == [.mirror] { return "web seed: plain mirrors only" }
    guard !works.contains(.mirror) else { return "" }
    let agent = client == .aria ? "aria2" : "Transmission"
    let asksForPads = requests.contains { request in
      request.status == 404 && request.path.hasPrefix("pool/.pad/")
        && request.agent.hasPrefix(agent)
    }
    let reason = asksForPads ? "asks mirrors for the padding, as files" : "no answer is of use"
    return works.isEmpty ? reason : "web seed: `archive-tool seed` only, for it \(reason)"
  }
}
