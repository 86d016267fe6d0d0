// SPDX-License-Identifier: Apache-2.0

import HTTPMessages

/// The head of a request, which must read the same however it arrives.
func fuzzRequestHead(_ bytes: [UInt8]) {
  let whole = read(bytes, step: .max)
  for step in [1, 7] {
    demand(summary(read(bytes, step: step)) == summary(whole), "the parts' size decides")
  }
  guard case .head(let head) = whole else { return }
  demand(head.length <= bytes.count, "a head longer than what has come")
  demand(bytes[..<head.length].suffix(4) == [13, 10, 13, 10], "a head that ends elsewhere")
  for slice in [head.target, head.methodName] + RequestField.allCases.compactMap({ head[$0] }) {
    demand(slice.range.upperBound <= head.length, "a slice leaves the head")
  }
  let target = bytes[head.target.range]
  demand(!target.isEmpty && target.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "an odd target")
  demand(head.contains(.host) || head.minorVersion == 0, "no Host")
  if head.body == .chunked { demand(!head.contains(.contentLength), "two lengths") }
  _ = bytes.withUnsafeBytes { RequestConditions(head, in: $0) }
}

/// Reads `bytes` as they come, `step` at a time.
private func read(_ bytes: [UInt8], step: Int) -> RequestHeadParser.Outcome {
  var parser = RequestHeadParser()
  var end = 0
  while true {
    end = step == .max ? bytes.count : min(end + step, bytes.count)
    let outcome = bytes[..<end].withUnsafeBytes { parser.parse($0) }
    guard case .needsMore = outcome, end < bytes.count else { return outcome }
  }
}

private func summary(_ outcome: RequestHeadParser.Outcome) -> String {
  switch outcome {
  case .needsMore: "needs more"
  case .refused: "refused"
  case .head(let head):
    "\(head.length) \(head.target.range) \(head.method) \(head.body) \(head.keepsAlive)"
  }
}
