// SPDX-License-Identifier: Apache-2.0

import HTTPMessages

/// The content of a request for pieces, as it is and in chunks.
func fuzzRequestBody(_ bytes: [UInt8]) {
  if let numbers = try? PieceList.parse(bytes, limit: 1000) {
    demand(!numbers.isEmpty && numbers.count <= 1000, "too many numbers, or none")
    demand(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "numbers out of order")
  }
  let whole = decode(bytes, step: .max)
  let parts = decode(bytes, step: 1)
  demand(whole.outcome == parts.outcome, "only some ways of reading succeed")
  if whole.outcome == .complete {
    demand(whole.content == parts.content, "the content depends on the parts' size")
    demand(whole.position == parts.position, "the end depends on the parts' size")
  }
  demand(whole.content.count <= RequestLimits().bodyBytes, "more content than allowed")
}

private func decode(
  _ bytes: [UInt8], step: Int
) -> (outcome: BodyDecoder.Outcome, content: [UInt8], position: Int) {
  var decoder = BodyDecoder(.chunked, keeps: true)
  var position = 0
  while true {
    let end = step == .max ? bytes.count : min(position + step, bytes.count)
    var consumed = 0
    let outcome = bytes[position..<end].withUnsafeBytes {
      decoder.decode($0, consumed: &consumed)
    }
    demand(consumed >= 0 && position + consumed <= end, "more was consumed than given")
    position += consumed
    if outcome != .needsMore || position == bytes.count || consumed == 0 {
      return (outcome, decoder.content, position)
    }
  }
}
