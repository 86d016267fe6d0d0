// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Publisher

@Suite("A policy's text")
struct TorrentPolicyTests {
  @Test("'or' joins alternatives, 'and' joins the conditions of one")
  func structure() throws {
    let policy = try TorrentPolicy("Size >= 1M and Section games or not Priority optional extra")

    let alternatives = policy.alternatives.map { $0.map(\.condition) }
    #expect(
      alternatives == [
        [.size(.atLeast, 1 << 20), .section(["games"])], [.priority(["optional", "extra"])],
      ])
    #expect(policy.alternatives.map { $0.map(\.isNegated) } == [[false, false], [true]])
  }

  @Test("case and line ends mean nothing")
  func spelling() throws {
    #expect(
      try TorrentPolicy("SIZE > 5\n AND\tCarries 12.5% OF Downloads")
        == TorrentPolicy("size > 5 and carries 12.5% of downloads"))
  }

  @Test("comparisons", arguments: ["<", "<=", ">", ">="])
  func comparisons(text: String) throws {
    let comparison = try #require(TorrentPolicy.Comparison(rawValue: text))
    #expect(
      try TorrentPolicy("installations \(text) 3").alternatives.first?.first?.condition
        == .installations(comparison, 3))
    #expect(
      try TorrentPolicy("rank \(text) 3").alternatives.first?.first?.condition
        == .rank(comparison, 3))
  }

  @Test("only popularity conditions need a list of popular packages")
  func needs() throws {
    #expect(try !TorrentPolicy("size > 1 or carries 5% of bytes or any").needsPopularity)
    #expect(try TorrentPolicy("any or carries 5% of downloads").needsPopularity)
    #expect(try TorrentPolicy("installations > 5").needsPopularity)
    #expect(try TorrentPolicy("any or not rank < 5").needsPopularity)
  }

  @Test(
    "what it cannot read is refused with what was expected",
    arguments: [
      "", "size", "size 5", "size = 5", "size >= -1", "size >= 1T", "size >= 5 5", "colour red",
      "section", "and", "any and", "or any", "not", "carries 80 of bytes", "carries 101% of bytes",
      "carries 5% of cake", "carries nan% of bytes", "installations > many", "any thing",
    ])
  func refused(text: String) throws {
    let error = try failure { try TorrentPolicy(text) }

    #expect(error?.code == .configuration)
    #expect(error?.reason.hasPrefix("expected ") == true)
  }
}
