// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger

/// What a seeder may have to warn of, and when it does.
struct StatusConditions {
  var now: ArchiveDate
  var runs = RunHistory()
  /// The suites that runs are expected of; empty for all that there were runs of.
  var expected: [String] = []
  /// Seconds without a good run after which a suite is warned of.
  var runAge: Int64 = 26 * 3600
  /// Whether a state directory was named, and a ledger is in it.
  var hasState = true
  var hasLedger = true
  var lacksOverlay = false
  var troubles: [Troubles.Part: String] = [:]
  /// Why the access log could not be written.
  var accessLog: String?
  var different = 0
  var differentPaths: [String] = []
  var series = Series()

  /// A limit is warned of when it was hit in each of so many minutes: once is what it is for.
  static let lasting = 5

  /// What the operator should know, the gravest first.
  var warnings: [StatusWarning] { store + files + suites + limits }

  private var store: [StatusWarning] {
    var warnings: [StatusWarning] = []
    if let reason = troubles[.ledger] {
      warnings.append(
        StatusWarning(
          "ledger-unreadable", "The ledger cannot be read: \(reason)",
          action: "What was known stays in use; mend what it names, and it is read by itself."))
    } else if hasState, !hasLedger {
      warnings.append(
        StatusWarning(
          "no-ledger", "There is no ledger, so nothing is served by hash, by piece or to peers.",
          action: "Run archive-tool hash, or name the directory of the ledger by State."))
    }
    if let reason = troubles[.runs] {
      warnings.append(
        StatusWarning(
          "runs-unreadable", "How the last runs ended is not known: \(reason)",
          action: "Look at the file; a run begins a new one when it is gone."))
    }
    if lacksOverlay {
      warnings.append(
        StatusWarning(
          "no-overlay", "The overlay was not there when the daemon was started: none is served.",
          action: "Start the daemon again once there is one."))
    }
    if let reason = troubles[.certificate] {
      warnings.append(
        StatusWarning(
          "certificate", "The new certificate was not taken: \(reason)",
          action: "Mend the files of TLS-Certificate and TLS-Key, and send SIGHUP."))
    }
    if let accessLog {
      warnings.append(
        StatusWarning(
          "access-log", "Lines of the access log were lost: \(accessLog)",
          action: "Make room, or send SIGHUP if the file was moved away."))
    }
    return warnings
  }

  private var files: [StatusWarning] {
    guard different > 0 else { return [] }
    let more = different > differentPaths.count ? ", …" : ""
    return [
      StatusWarning(
        "files-differ",
        "\(different == 1 ? "One file of the pool has" : "\(different) files of the pool have") "
          + "other bytes than were verified: \(differentPaths.joined(separator: ", "))\(more)",
        action: "Fetch them again from upstream, and look at the disk; they are not served by hash "
          + "until they are right.")
    ]
  }

  private var suites: [StatusWarning] {
    let known = expected.isEmpty ? runs.suites.map(\.name) : expected
    var seen: Set<String> = []
    return known.flatMap { name -> [StatusWarning] in
      guard let suite = runs.suite(named: name) else {
        return hasLedger && troubles[.runs] == nil
          ? [
            StatusWarning(
              "run-none", "\(name): no run of hash is known.",
              action: "Run archive-tool hash --suite \(name), and look whether cron does.")
          ] : []
      }
      return seen.insert(suite.name).inserted ? warnings(of: suite) : []
    }
  }

  private func warnings(of suite: RunHistory.Suite) -> [StatusWarning] {
    let run = "archive-tool hash --suite \(suite.name)"
    var warnings: [StatusWarning] = []
    if let last = suite.outcomes.last, last.status != 0, last.status != 75 {
      let how = last.published ? "published in part" : "failed"
      warnings.append(
        StatusWarning(
          "run-failed",
          "\(suite.name): the last run, which ended at \(StatusTime.text(last.ended)), \(how) with "
            + "status \(last.status)\(last.message.map { ": \($0)" } ?? "")",
          action: "Mend what it names, and run \(run)."))
    }
    if let began = suite.running, now.seconds - began > 86_400 {
      warnings.append(
        StatusWarning(
          "run-stuck",
          "\(suite.name): a run that began at \(StatusTime.text(began)) has not ended; it was "
            + "killed, or hangs.",
          action: "Look for its process; nothing is lost when it is ended, the next run goes on."))
    }
    let good = suite.succeeded ?? suite.outcomes.first?.began
    if let good, now.seconds - good > runAge {
      let reason =
        suite.outcomes.last.flatMap { $0.status == 75 ? $0.message : nil }.map { ": \($0)" } ?? "."
      warnings.append(
        StatusWarning(
          "run-old",
          suite.succeeded == nil
            ? "\(suite.name): no run has gone well since \(StatusTime.text(good))\(reason)"
            : "\(suite.name): the last run that went well ended at \(StatusTime.text(good))\(reason)",
          action: "Look whether cron or the timer still runs archive-tool hash, and what it says."))
    }
    return warnings + validity(suite)
  }

  private func validity(_ suite: RunHistory.Suite) -> [StatusWarning] {
    guard let until = suite.validUntil else { return [] }
    if now.seconds >= until {
      return [
        StatusWarning(
          "release-expired",
          "\(suite.name): the Release expired at \(StatusTime.text(until)); apt refuses it.",
          action: "Sync from upstream and run archive-tool hash --suite \(suite.name).")
      ]
    }
    // With a quarter of its time left, several updates of upstream's were missed.
    guard let release = suite.release, (until - now.seconds) * 4 < until - release else {
      return []
    }
    return [
      StatusWarning(
        "release-expires",
        "\(suite.name): the Release of \(StatusTime.text(release)) expires at "
          + "\(StatusTime.text(until)); apt refuses it then.",
        action: "Look whether the mirror is still synced, and whether upstream is.")
    ]
  }

  private var limits: [StatusWarning] {
    let during = "in each of the last \(Self.lasting) minutes"
    var warnings: [StatusWarning] = []
    func warn(
      _ code: String, _ text: String, _ action: String, where value: (Sample) -> UInt64
    ) {
      guard series.isLasting(Self.lasting, value) else { return }
      warnings.append(StatusWarning(code, "\(text) \(during).", action: action))
    }
    warn(
      "connection-limit", "Connections were turned away at a limit",
      "Raise Max-Connections or Max-Connections-Per-Address, or look who it is.",
      where: \.rejected)
    warn(
      "peer-limit", "Peers were turned away at a limit",
      "Raise Peer-Connections or Peer-Connections-Per-Address, or look who it is.",
      where: \.peersRejected)
    warn(
      "upload-limit", "The upload rate kept clients waiting",
      "Raise Upload-Rate if the line has room.", where: \.throttled)
    warn(
      "peer-upload-limit", "The upload rate of peers kept them waiting",
      "Raise Peer-Upload-Limit if the line has room.", where: \.peersThrottled)
    return warnings
  }
}
