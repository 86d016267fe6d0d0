// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Publisher

/// Says of runs what their reader asked to hear.
struct ReportPrinter {
  let json: Bool
  let quiet: Bool
  let verbose: Bool
  private let bar: ProgressBar?

  init(json: Bool, quiet: Bool, verbose: Bool) {
    self.json = json
    self.quiet = quiet
    self.verbose = verbose
    bar = Terminal.isWatched && !quiet ? ProgressBar() : nil
  }

  func observe(_ event: RunEvent) {
    switch event {
    case .warning(let text): complain(text)
    case .note(let text): if verbose { complain(text) }
    default: bar?.show(event)
    }
  }

  func clear() { bar?.clear() }

  func complain(_ error: ArchiveError, suite: String?) {
    bar?.clear()
    Terminal.complain((suite.map { "\($0): " } ?? "") + "\(error)", .error)
  }

  private func complain(_ text: String) {
    guard !quiet else { return }
    bar?.clear()
    Terminal.complain(text)
  }

  /// One suite's report: trouble always, a summary when asked for.
  func print(_ report: RunReport) {
    for problem in report.problems { complain("\(report.suite): \(problem)") }
    if report.filesMissing > 0 {
      let more = report.filesMissing > report.missing.count ? ", …" : ""
      complain(
        "\(report.suite): \(report.filesMissing) files are missing: "
          + report.missing.joined(separator: ", ") + more)
    }
    if let objects = report.objects, objects.lacking > 0 {
      complain(
        "\(report.suite): \(objects.lacking) files have no torrent: the digests of its form were "
          + "not computed when they were read")
    }
    if !json, verbose || report.dryRun { Terminal.print(Self.summary(report)) }
  }

  /// All reports as one JSON object, when that was asked for.
  func finish(_ reports: [RunReport], failure: ArchiveError?) {
    guard json else { return }
    struct Output: Encodable {
      let suites: [RunReport]
      let error: String?
    }
    try? Terminal.print(json: Output(suites: reports, error: failure.map { "\($0)" }))
  }

  private static func summary(_ report: RunReport) -> String {
    let would = report.dryRun ? "would " : ""
    var parts = ["\(report.files) files, \(Units.bytes(report.bytes))"]
    if report.filesHashed > 0 {
      parts.append(
        "\(would)read \(report.filesHashed) (\(Units.bytes(report.bytesHashed)))")
    }
    if report.contentsNumbered > 0 {
      parts.append(
        "\(would)number \(report.contentsNumbered) contents (\(report.piecesNumbered) pieces)")
    }
    if report.contentsRevived > 0 { parts.append("\(would)revive \(report.contentsRevived)") }
    if report.contentsRetired > 0 { parts.append("\(would)retire \(report.contentsRetired)") }
    if !report.newGenerations.isEmpty {
      parts.append("new generation of \(report.newGenerations.joined(separator: ", "))")
    }
    if !report.indices.isEmpty { parts.append(growth(report)) }
    if let objects = report.objects { parts.append("torrents of \(objects.coverage.summary)") }
    parts.append(report.dryRun ? "dry run" : report.published ? "published" : "nothing changed")
    return "\(report.suite) \(report.releaseDate): \(parts.joined(separator: "; "))"
  }

  /// How much the extended indices grew, by form.
  private static func growth(_ report: RunReport) -> String {
    var forms: [String: (before: UInt64, after: UInt64)] = [:]
    for index in report.indices {
      forms["plain", default: (0, 0)].before += index.plainBefore
      forms["plain", default: (0, 0)].after += index.plainAfter
      for (form, before) in index.before {
        forms[form, default: (0, 0)].before += before
        forms[form, default: (0, 0)].after += index.after[form] ?? 0
      }
    }
    let texts = forms.sorted { $0.key < $1.key }.filter { $0.value.before > 0 }.map { form in
      let growth = Double(form.value.after) * 100 / Double(form.value.before) - 100
      return "\(form.key) \(growth < 0 ? "" : "+")\(Units.fixed(growth, 1)) %"
    }
    return "indices \(texts.joined(separator: ", "))"
  }
}
