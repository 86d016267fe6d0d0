// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import Foundation

/// How the last runs of `hash` ended, for whoever asks a daemon: a file beside the ledger, because
/// a run that cannot open the ledger is what an operator most needs to hear of.
///
/// It holds the last runs alone, and nothing depends on it.
package struct RunHistory: Codable, Hashable, Sendable {
  /// One run over one suite.
  package struct Outcome: Codable, Hashable, Sendable {
    /// Seconds since the epoch.
    package var began: Int64
    package var ended: Int64
    /// The exit status that the run asked for: 0, 75 and 65 where it published in part, others
    /// where it failed.
    package var status: Int32
    /// Whether anything was published; false where nothing had changed.
    package var published: Bool
    /// What an operator should know of it, one line; nil where all went well.
    package var message: String?
    package var contentsNumbered: Int
    package var filesMissing: Int

    package init(
      began: ArchiveDate, ended: ArchiveDate, status: Int32, published: Bool = false,
      message: String? = nil, contentsNumbered: Int = 0, filesMissing: Int = 0
    ) {
      self.began = began.seconds
      self.ended = ended.seconds
      self.status = status
      self.published = published
      self.message = message.map { String($0.prefix(RunHistory.messageLength)) }
      self.contentsNumbered = contentsNumbered
      self.filesMissing = filesMissing
    }
  }

  /// The runs over one suite.
  package struct Suite: Codable, Hashable, Sendable {
    /// The name of its directory.
    package var name: String
    /// Other names that it goes by.
    package var aliases: [String] = []
    /// Of the last Release that was processed, in seconds since the epoch.
    package var release: Int64?
    /// Until when that is valid; nil where it does not say, or nobody looks.
    package var validUntil: Int64?
    /// When the run began that has not ended; it may have been killed.
    package var running: Int64?
    /// When the last run ended that went well.
    package var succeeded: Int64?
    /// The oldest first.
    package var outcomes: [Outcome] = []

    package init(name: String) { self.name = name }
  }

  /// By name.
  package private(set) var suites: [Suite] = []

  /// How many runs of a suite are kept, how many suites, and how many characters of a message.
  package static let outcomesKept = 30
  package static let suitesKept = 64
  package static let messageLength = 500
  /// More than all of that can take.
  private static let fileLimit = 8 << 20

  package init() {}

  /// What is known of a suite, by any of its names.
  package func suite(named name: String) -> Suite? {
    suites.first { $0.name == name } ?? suites.first { $0.aliases.contains(name) }
  }

  /// Notes that a run over `name` begins.
  package mutating func begin(_ name: String, aliases: [String] = [], at now: ArchiveDate) {
    change(name) { suite in
      suite.aliases = aliases
      suite.running = now.seconds
    }
  }

  /// Notes how a run over `name` ended.
  ///
  /// - Parameters:
  ///   - name: the suite's directory.
  ///   - outcome: how.
  ///   - release: Date of the Release that was processed; nil where none was.
  ///   - validUntil: until when that is valid.
  package mutating func end(
    _ name: String, _ outcome: Outcome, release: ArchiveDate? = nil, validUntil: ArchiveDate? = nil
  ) {
    change(name) { suite in
      suite.running = nil
      if let release {
        suite.release = release.seconds
        suite.validUntil = validUntil?.seconds
      }
      if outcome.status == 0 { suite.succeeded = outcome.ended }
      suite.outcomes.append(outcome)
      suite.outcomes.removeFirst(max(0, suite.outcomes.count - Self.outcomesKept))
    }
  }

  private mutating func change(_ name: String, _ body: (inout Suite) -> Void) {
    var suite = suites.first { $0.name == name } ?? Suite(name: name)
    body(&suite)
    suites.removeAll { $0.name == name }
    // The one that was not run for longest makes room.
    if suites.count >= Self.suitesKept,
      let oldest = suites.indices.min(by: { suites[$0].last < suites[$1].last })
    {
      suites.remove(at: oldest)
    }
    suites.append(suite)
    suites.sort { $0.name < $1.name }
  }

  // MARK: The file

  private static func path(in directory: String) -> String { "\(directory)/runs.json" }

  /// Reads what runs have noted in `directory`; nothing where none has yet.
  ///
  /// - Throws: `ArchiveError` when the file cannot be read, or holds something else.
  package init(directory: String) throws(ArchiveError) {
    let path = Self.path(in: directory)
    guard exists(path) else { return }
    let file = try Descriptor.open(path)
    let size = Int(clamping: try file.status().st_size)
    guard size <= Self.fileLimit,
      let history = try? JSONDecoder().decode(
        RunHistory.self, from: Data(try file.readAll(limit: size)))
    else {
      throw ArchiveError(
        .data, "this is no record of runs", at: ArchiveError.Place(file: path),
        advice: "remove it; the next run begins a new one")
    }
    self = history
  }

  /// Puts the record in the place of the one in `directory`; the caller holds the lock of that.
  ///
  /// - Throws: `ArchiveError` when it cannot be written; the one before stands then.
  package func write(to directory: String) throws(ArchiveError) {
    let path = Self.path(in: directory)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else {
      throw ArchiveError(.software, "the record of runs cannot be put into words")
    }
    try replaceFile(path) { (file) throws(ArchiveError) in try file.write(Array(data) + [0x0A]) }
  }
}

extension RunHistory.Suite {
  /// When something was last noted of it.
  fileprivate var last: Int64 { max(outcomes.last?.ended ?? .min, running ?? .min) }
}
