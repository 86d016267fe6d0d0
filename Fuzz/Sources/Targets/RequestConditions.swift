// SPDX-License-Identifier: Apache-2.0

import HTTPMessages

/// Range and the conditional fields, a line each, about a file of 1,000,000
/// Bytes.
func fuzzRequestConditions(_ bytes: [UInt8]) {
  let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  func line(_ index: Int) -> String? {
    lines.indices.contains(index) && !lines[index].isEmpty ? lines[index] : nil
  }
  var conditions = RequestConditions()
  conditions.range = line(0).flatMap { ByteRangeSet($0) }
  conditions.ifRange = line(1)
  conditions.ifNoneMatch = line(2)
  conditions.ifMatch = line(3)
  conditions.ifModifiedSince = line(4)
  conditions.ifUnmodifiedSince = line(5)
  let size: UInt64 = 1_000_000
  let now = HTTPDate(seconds: 1_700_000_000)
  let file = Representation(
    size: size, tag: EntityTag(opaque: "a"), modified: HTTPDate(seconds: 784_111_777),
    mediaType: "text/plain")
  switch conditions.outcome(for: file, isGet: true, now: now) {
  case .part(let range): demand(range.upperBound <= size && !range.isEmpty, "a part outside")
  case .parts(let parts):
    demand(parts.count > 1, "a part alone is no multipart")
    let sorted = parts.sorted { $0.lowerBound < $1.lowerBound }
    for (part, next) in zip(sorted, sorted.dropFirst()) {
      demand(part.upperBound < next.lowerBound, "parts that overlap")
    }
    demand(sorted.allSatisfy { !$0.isEmpty && $0.upperBound <= size }, "a part outside")
  case .whole, .notModified, .preconditionFailed, .unsatisfiable: break
  }
  if let text = line(4), let date = HTTPDate(text, now: now) {
    demand(HTTPDate(date.description, now: now) == date, "a date reads as another")
  }
}
