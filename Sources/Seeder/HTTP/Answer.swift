// SPDX-License-Identifier: Apache-2.0

/// A response before it is written: status, fields and what its content is.
///
/// Date, Content-Length and Connection are the writer's, which knows the moment and the connection.
package struct Answer: Hashable, Sendable {
  package let status: Int
  package private(set) var fields: [Field] = []
  package let content: Content

  /// A field line.
  package struct Field: Hashable, Sendable {
    package let name: String
    package let value: String
  }

  /// What follows the header section.
  package enum Content: Hashable, Sendable {
    /// These bytes of the file.
    case bytes(Range<UInt64>)
    /// A line for whoever reads it.
    case text(String)
    /// 304: nothing, and no length.
    case none
  }

  /// How many bytes of content a GET is answered with.
  package var length: UInt64 {
    switch content {
    case .bytes(let range): UInt64(range.count)
    case .text(let text): UInt64(text.utf8.count)
    case .none: 0
    }
  }

  /// The first value of `name`, as it was set.
  package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  private mutating func set(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// The answer to a request for `file`.
  package init(
    _ file: Representation, _ conditions: RequestConditions, isGet: Bool, now: HTTPDate
  ) {
    switch conditions.outcome(for: file, isGet: isGet, now: now) {
    case .whole:
      self.init(status: 200, content: .bytes(0..<file.size))
      describe(file, now)
    case .part(let range):
      self.init(status: 206, content: .bytes(range))
      describe(file, now)
      set("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)")
    case .notModified:
      // RFC 9110 section 15.4.5: the validators, and none of what describes the content.
      self.init(status: 304, content: .none)
      identify(file, now)
    case .preconditionFailed:
      self = .preconditionFailed
    case .unsatisfiable:
      self.init(status: 416, text: "The file has no such bytes.\n")
      set("Content-Range", "bytes */\(file.size)")
    }
  }

  private mutating func describe(_ file: Representation, _ now: HTTPDate) {
    set("Content-Type", file.mediaType)
    set("Accept-Ranges", "bytes")
    identify(file, now)
  }

  private mutating func identify(_ file: Representation, _ now: HTTPDate) {
    set("ETag", file.tag.description)
    set("Last-Modified", file.lastModified(now: now).description)
  }

  private init(status: Int, content: Content) {
    self.status = status
    self.content = content
  }

  private init(status: Int, text: String) {
    self.init(status: status, content: .text(text))
    set("Content-Type", "text/plain; charset=utf-8")
  }

  package static let badRequest = Answer(status: 400, text: "The request is malformed.\n")
  package static let forbidden = Answer(status: 403, text: "The file may not be read.\n")
  package static let notFound = Answer(status: 404, text: "There is no such file.\n")
  package static let methodNotAllowed = {
    var answer = Answer(status: 405, text: "Files can be read only: GET or HEAD.\n")
    // Required with 405 (RFC 9110 section 15.5.6).
    answer.set("Allow", "GET, HEAD")
    return answer
  }()
  package static let preconditionFailed = Answer(status: 412, text: "The file has changed.\n")
  package static let serverError = Answer(status: 500, text: "The file cannot be read.\n")
}
