// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser

/// What a reader said of one stanza, copied out.
struct SeenStanza: Hashable {
  var bytes: String
  var line: UInt64
  var offset: UInt64
  var values: [String?]
}

/// Reads all stanzas of `text`, given out at most `chunk` bytes at a time.
func stanzas(
  of text: String, fields: [String], chunk: Int = .max, bufferSize: Int = 1 << 20,
  limits: ParserLimits = ParserLimits()
) throws(ArchiveError) -> [SeenStanza] {
  let source = MemorySource(Array(text.utf8), name: "index", chunk: chunk)
  let reader = StanzaReader(
    source, table: FieldTable(fields), limits: limits, bufferSize: bufferSize)
  var seen: [SeenStanza] = []
  while try reader.next() {
    let values = fields.indices.map { position in
      reader.value(position).map { String(decoding: $0, as: UTF8.self) }
    }
    seen.append(
      SeenStanza(
        bytes: String(decoding: reader.stanza, as: UTF8.self), line: reader.line,
        offset: reader.offset, values: values))
  }
  return seen
}

/// The error that `body` ends with, nil when it ends well.
func failure(of body: () throws(ArchiveError) -> Void) -> ArchiveError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

/// The error of reading all of `text`.
func readingError(
  _ text: String, fields: [String] = ["A", "B"], chunk: Int = .max, bufferSize: Int = 1 << 20,
  limits: ParserLimits = ParserLimits()
) -> ArchiveError? {
  failure { () throws(ArchiveError) in
    _ = try stanzas(
      of: text, fields: fields, chunk: chunk, bufferSize: bufferSize, limits: limits)
  }
}

/// A small repeatable generator (SplitMix64): a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
