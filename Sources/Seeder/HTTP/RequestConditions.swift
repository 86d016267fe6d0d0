// SPDX-License-Identifier: Apache-2.0

/// The fields of a request that choose between a representation, a part of it, and neither.
package struct RequestConditions: Hashable, Sendable {
  package var ifMatch: String?
  package var ifNoneMatch: String?
  package var ifModifiedSince: String?
  package var ifUnmodifiedSince: String?
  package var ifRange: String?
  package var range: String?

  package init() {}

  /// What a request comes to.
  package enum Outcome: Hashable, Sendable {
    /// 200: all of it.
    case whole
    /// 206: these bytes.
    case part(Range<UInt64>)
    /// 304.
    case notModified
    /// 412.
    case preconditionFailed
    /// 416.
    case unsatisfiable
  }

  /// Evaluates the fields in the order of RFC 9110 section 13.2.2.
  ///
  /// `isGet` is false for HEAD, for which Range is not defined (section 14.2).
  package func outcome(
    for file: Representation, isGet: Bool, now: HTTPDate
  ) -> Outcome {
    let modified = file.lastModified(now: now)
    if let ifMatch {
      let matches = EntityTagList(ifMatch)?.contains { $0.stronglyMatches(file.tag) } ?? false
      if !matches { return .preconditionFailed }
    } else if let date = ifUnmodifiedSince.flatMap({ HTTPDate($0, now: now) }), modified > date {
      return .preconditionFailed
    }
    if let ifNoneMatch {
      let matches = EntityTagList(ifNoneMatch)?.contains { $0.weaklyMatches(file.tag) } ?? false
      if matches { return .notModified }
    } else if let date = ifModifiedSince.flatMap({ HTTPDate($0, now: now) }), modified <= date {
      return .notModified
    }
    guard isGet, let range = range.flatMap({ ByteRange($0) }), rangeApplies(to: file, now: now)
    else { return .whole }
    guard let bytes = range.resolved(size: file.size) else { return .unsatisfiable }
    // Content-Range cannot say that a part has no bytes.
    return bytes.isEmpty ? .whole : .part(bytes)
  }

  /// If-Range (RFC 9110 section 13.1.5): the client's part is of this very file.
  private func rangeApplies(to file: Representation, now: HTTPDate) -> Bool {
    guard let ifRange else { return true }
    if let tag = EntityTag(ifRange) { return tag.stronglyMatches(file.tag) }
    // A date is a strong validator only when it is older than the answer (section 8.8.2.2):
    // within its own second the file may have changed twice.
    guard let date = HTTPDate(ifRange, now: now) else { return false }
    return date == file.modified && date < now
  }
}
