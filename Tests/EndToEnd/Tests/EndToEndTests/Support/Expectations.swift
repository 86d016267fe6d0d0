// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Nothing in a tree may have changed, not even a time, since `TreeState.status` gave `before`.
func expectUnchanged(
  _ path: String, since before: [String], at place: SourceLocation = #_sourceLocation
) throws {
  let after = try TreeState.status(of: path)
  let changes = Set(before).symmetricDifference(after).sorted()
  #expect(changes == [], sourceLocation: place)
}

extension ArchiveFixture {
  /// A run that must go through in silence, as cron wants it.
  func hashInSilence(
    _ arguments: String..., at place: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try hashCommand(arguments).run()
    #expect(
      outcome.status == 0 && outcome.output == "" && outcome.errors == "", "\(outcome)",
      sourceLocation: place)
  }

  /// A run that must end with `status`, say each of `words` on standard error, and leave what is
  /// published and every number as they were.
  func expectRefusal(
    _ status: Int32, saying words: String..., by arguments: [String] = [],
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let published = try TreeState.status(of: overlay)
    let untouched = try TreeState.status(of: archive)
    let numbers = Files.exists("\(state)/ledger.sqlite") ? try self.numbers() : []
    let outcome = try hashCommand(arguments).run()
    #expect(outcome.status == status, "\(outcome)", sourceLocation: place)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome)", sourceLocation: place)
    }
    #expect(outcome.output == "", sourceLocation: place)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 1, "one line says it all: \(outcome)", sourceLocation: place)
    try expectUnchanged(overlay, since: published, at: place)
    try expectUnchanged(archive, since: untouched, at: place)
    #expect(
      (Files.exists("\(state)/ledger.sqlite") ? try self.numbers() : []) == numbers,
      sourceLocation: place)
  }

  /// What is published must be whole and signed.
  func expectSound(
    _ directory: String? = nil, signedBy key: Keys.Key? = nil,
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let defects = try PublishedSet(directory ?? published).defects(signedBy: key ?? keys.operator_)
    #expect(defects == [], sourceLocation: place)
  }
}
