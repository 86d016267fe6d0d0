// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

extension TorrentPolicy {
  /// Reads a policy; the words are of either case, line ends mean nothing.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) that says what was expected.
  package init(_ text: String) throws(ArchiveError) {
    let words = text.split { " \t\n".contains($0) }.map(String.init)
    guard !words.isEmpty else { throw Self.expected("a condition", "") }
    var alternatives: [[Term]] = []
    for alternative in words.split(omittingEmptySubsequences: false, whereSeparator: Self.isOr) {
      var terms: [Term] = []
      for term in alternative.split(omittingEmptySubsequences: false, whereSeparator: Self.isAnd) {
        terms.append(try Self.term(term))
      }
      alternatives.append(terms)
    }
    self.init(alternatives: alternatives)
  }

  private static func isOr(_ word: String) -> Bool { word.lowercased() == "or" }
  private static func isAnd(_ word: String) -> Bool { word.lowercased() == "and" }

  private static func term(_ words: ArraySlice<String>) throws(ArchiveError) -> Term {
    let isNegated = words.first?.lowercased() == "not"
    let words = isNegated ? words.dropFirst() : words
    guard let name = words.first?.lowercased() else { throw expected("a condition", "") }
    return Term(
      condition: try condition(name, Array(words.dropFirst())), isNegated: isNegated)
  }

  private static func condition(
    _ name: String, _ words: [String]
  ) throws(ArchiveError) -> Condition {
    switch name {
    case "any" where words.isEmpty: return .any
    case "size":
      let (comparison, text) = try comparison(name, words)
      guard let bytes = ByteCount(scaled: text) else { throw expected("bytes, as 1M", text) }
      return .size(comparison, bytes.rawValue)
    case "installations": return try counted(name, words) { .installations($0, $1) }
    case "rank": return try counted(name, words) { .rank($0, $1) }
    case "carries": return try carries(words)
    case "package": return .package(try patterns(name, words))
    case "source": return .source(try patterns(name, words))
    case "section": return .section(try patterns(name, words))
    case "priority": return .priority(try patterns(name, words))
    case "architecture": return .architecture(try patterns(name, words))
    case "component": return .component(try patterns(name, words))
    default:
      throw expected(
        "any, or one of size, installations, rank, carries, package, source, section, priority, "
          + "architecture, component and what it is to be", name)
    }
  }

  private static func comparison(
    _ name: String, _ words: [String]
  ) throws(ArchiveError) -> (Comparison, String) {
    guard words.count == 2, let comparison = Comparison(rawValue: words[0]) else {
      throw expected("\(name) and one of < <= > >= and a number", words.joined(separator: " "))
    }
    return (comparison, words[1])
  }

  private static func counted(
    _ name: String, _ words: [String], _ make: (Comparison, UInt64) -> Condition
  ) throws(ArchiveError) -> Condition {
    let (comparison, text) = try comparison(name, words)
    guard let number = UInt64(text) else { throw expected("a number", text) }
    return make(comparison, number)
  }

  /// `80% of bytes`.
  private static func carries(_ words: [String]) throws(ArchiveError) -> Condition {
    guard words.count == 3, words[0].last == "%", words[1].lowercased() == "of",
      let percent = Double(words[0].dropLast()), (0...100).contains(percent),
      let measure = Measure(rawValue: words[2].lowercased())
    else { throw expected("carries N% of bytes, or of downloads", words.joined(separator: " ")) }
    return .carries(percent: percent, measure)
  }

  private static func patterns(
    _ name: String, _ words: [String]
  ) throws(ArchiveError) -> [String] {
    let patterns = words.first == "=" ? Array(words.dropFirst()) : words
    guard !patterns.isEmpty else { throw expected("\(name) and what it is to be", "") }
    return patterns
  }

  private static func expected(_ what: String, _ found: String) -> ArchiveError {
    ArchiveError(.configuration, "expected \(what), found '\(found)'")
  }
}
