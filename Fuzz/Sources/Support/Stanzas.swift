// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser

/// One stanza as a reader gave it, copied out.
private struct Seen: Equatable {
  let bytes: [UInt8]
  let line: UInt64
  let offset: UInt64
  let values: [[UInt8]?]
}

/// Demands of the stanza reader that its result does not depend on how the bytes arrive, and that
/// its stanzas make up the input, newlines alone between them.
func demandStanzas(of bytes: [UInt8], table: FieldTable) {
  let whole = Result { () throws(ArchiveError) in try read(bytes, table, .max, 32 << 10) }
  for (chunk, buffer) in [(1, 1), (7, 16), (64, 40)] {
    let parts = Result { () throws(ArchiveError) in try read(bytes, table, chunk, buffer) }
    demand(whole.isSuccess == parts.isSuccess, "only some ways of reading succeed")
    if let whole = try? whole.get(), let parts = try? parts.get() {
      demand(whole == parts, "the stanzas depend on how the bytes arrive")
    }
  }
  guard let stanzas = try? whole.get() else { return }
  var end = 0
  for stanza in stanzas {
    let start = Int(stanza.offset)
    demand(bytes[end..<start].allSatisfy { $0 == 0x0A }, "bytes between stanzas")
    end = start + stanza.bytes.count
    demand(bytes[start..<end].elementsEqual(stanza.bytes), "a stanza's bytes are others")
    let line = bytes[..<start].count { $0 == 0x0A } + 1
    demand(stanza.line == UInt64(line), "a stanza's line is wrong")
  }
  demand(bytes[end...].allSatisfy { $0 == 0x0A }, "bytes after the last stanza")
}

private func read(
  _ bytes: [UInt8], _ table: FieldTable, _ chunk: Int, _ buffer: Int
) throws(ArchiveError) -> [Seen] {
  let reader = StanzaReader(
    MemorySource(bytes, name: "input", chunk: chunk), table: table, bufferSize: buffer)
  var seen: [Seen] = []
  while try reader.next() {
    for position in 0..<table.count {
      guard let lines = reader.lines(position) else { continue }
      demand(lines.upperBound <= reader.stanza.count, "a field's lines leave the stanza")
    }
    seen.append(
      Seen(
        bytes: Array(reader.stanza), line: reader.line, offset: reader.offset,
        values: (0..<table.count).map { reader.value($0).map { Array($0) } }))
  }
  return seen
}
