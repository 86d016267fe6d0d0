// SPDX-License-Identifier: Apache-2.0

import Testing

/// One request, what we answer, and what nginx does.
///
/// In a field `{tag}` stands for the entity tag that the server gave, `{date}` for Last-Modified,
/// `{rfc850}` and `{asctime}` for that date in the obsolete forms (RFC 9110 section 5.6.7),
/// `{older}` and `{newer}` for a day before and after it, `{size}` for the file's length.
struct ConformanceCase: Sendable {
  var method = "GET"
  let fields: [String]
  /// The file without a byte, in place of that of `size` bytes.
  var ofEmpty = false
  let ours: HTTPOutcome
  /// Nil where it does the same.
  let nginx: HTTPOutcome?
  /// Why it differs, and why we do as we do.
  let reason: String

  /// Length of the file that is asked for.
  static let size = 16_385

  init(
    _ fields: String..., method: String = "GET", ofEmpty: Bool = false, gives ours: HTTPOutcome
  ) {
    self.init(fields, method: method, ofEmpty: ofEmpty, ours, nginx: nil, "")
  }

  /// One in which nginx differs.
  init(
    _ fields: String..., method: String = "GET", ofEmpty: Bool = false, gives ours: HTTPOutcome,
    nginx: HTTPOutcome, because reason: String
  ) {
    self.init(fields, method: method, ofEmpty: ofEmpty, ours, nginx: .some(nginx), reason)
  }

  private init(
    _ fields: [String], method: String, ofEmpty: Bool, _ ours: HTTPOutcome, nginx: HTTPOutcome?,
    _ reason: String
  ) {
    self.fields = fields
    self.method = method
    self.ofEmpty = ofEmpty
    self.ours = ours
    self.nginx = nginx
    self.reason = reason
  }
}

/// A section of RFC 9110 with its cases.
struct ConformanceSection: Sendable, CustomTestStringConvertible {
  let title: String
  let cases: [ConformanceCase]

  var testDescription: String { title }
}
