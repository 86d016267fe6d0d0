// SPDX-License-Identifier: Apache-2.0

/// The slow and obvious reading of control data, to compare the fast one with.
func naiveStanzas(of text: String, fields: [String]) -> [SeenStanza] {
  var seen: [SeenStanza] = []
  var current: SeenStanza?
  var open: Int?
  var offset: UInt64 = 0
  var number: UInt64 = 0
  for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
    number += 1
    let isLast = line.endIndex == text.utf8.endIndex
    let whole = String(decoding: line, as: UTF8.self) + (isLast ? "" : "\n")
    if line.isEmpty {
      if let current { seen.append(current) }
      current = nil
      open = nil
    } else {
      var stanza =
        current
        ?? SeenStanza(
          bytes: "", line: number, offset: offset,
          values: [String?](repeating: nil, count: fields.count))
      stanza.bytes += whole
      if whole.hasPrefix(" ") || whole.hasPrefix("\t") {
        if let open { stanza.values[open]? += whole }
      } else {
        open = fields.firstIndex { whole.lowercased().hasPrefix($0.lowercased() + ":") }
        if let open { stanza.values[open] = String(whole.dropFirst(fields[open].count + 1)) }
      }
      current = stanza
    }
    offset += UInt64(whole.utf8.count)
  }
  if let current { seen.append(current) }
  return seen.map { stanza in
    var stanza = stanza
    stanza.values = stanza.values.map { $0.map(withoutOuterBlanks) }
    return stanza
  }
}

private func withoutOuterBlanks(_ text: String) -> String {
  let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0A }
  let body = text.utf8.drop(while: isBlank)
  let end = body.lastIndex { !isBlank($0) }.map { body.index(after: $0) } ?? body.startIndex
  return String(decoding: body[..<end], as: UTF8.self)
}
