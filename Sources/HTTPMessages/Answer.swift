// SPDX-License-Identifier: Apache-2.0

/// A response before it is written: status, fields and what its content is.
///
/// Date, Content-Length and Connection are the writer's, which knows the moment and the connection.
public struct Answer: Sendable {
  public let status: UInt16
  /// What many answers about a file have in common.
  public let entity: EntityFields
  /// Further fields of its own.
  public private(set) var fields: [Field] = []
  /// In a 206 of one part, and in a 416. No field, because its text is made where it is written.
  public private(set) var contentRange: ContentRange?
  public let content: Content

  /// What follows the header section.
  public enum Content: Hashable, Sendable {
    /// These bytes of the file.
    case bytes(Range<UInt64>)
    /// Several parts of the file.
    case parts(MultipartRanges)
    /// Bytes that are made here: a line for whoever reads it, a listing.
    case text([UInt8])
    /// So many zeros.
    case zeros(Range<UInt64>)
    /// What has no length beforehand.
    case stream
    /// 304, 204: nothing, and no length.
    case none
  }

  /// How many bytes of content a GET is answered with; nil when nobody knows yet.
  public var length: UInt64? {
    switch content {
    case .bytes(let range), .zeros(let range): range.upperBound - range.lowerBound
    case .parts(let parts): parts.length
    case .text(let text): UInt64(text.count)
    case .stream: nil
    case .none: 0
    }
  }

  /// All fields but those that are the writer's.
  public var allFields: [Field] {
    entity.fields + fields
      + (contentRange.map { [Field("Content-Range", $0.description)] } ?? [])
  }

  /// The first value of `name`, as it was set.
  public subscript(name: String) -> String? { allFields.first { $0.name == name }?.value }

  public mutating func set(_ name: String, _ value: String) { fields.append(Field(name, value)) }

  public init(status: UInt16, entity: EntityFields = .none, content: Content) {
    self.status = status
    self.entity = entity
    self.content = content
  }

  public init(status: UInt16, text: String) {
    self.init(status: status, entity: Self.plainText, content: .text(Array(text.utf8)))
  }

  private static let plainText = EntityFields([
    Field("Content-Type", "text/plain; charset=utf-8")
  ])
}

extension Answer {
  /// The answer to a request for `file`. The rendered fields are asked for only when they are
  /// needed, and may be kept between requests.
  public init(
    _ file: Representation, _ conditions: RequestConditions, isGet: Bool, now: HTTPDate,
    boundary: @autoclosure () -> String = "", described: @autoclosure () -> EntityFields? = nil
  ) {
    switch conditions.outcome(for: file, isGet: isGet, now: now) {
    case .whole:
      self.init(
        status: 200, entity: described() ?? file.described(now: now), content: .bytes(0..<file.size)
      )
    case .part(let range):
      self.init(
        status: 206, entity: described() ?? file.described(now: now), content: .bytes(range))
      contentRange = ContentRange(range, of: file.size)
    case .parts(let ranges):
      let parts = MultipartRanges(ranges, of: file, boundary: boundary())
      self.init(status: 206, entity: file.describedInParts(now: now), content: .parts(parts))
      set("Content-Type", parts.mediaType)
    case .notModified:
      self.init(status: 304, entity: file.identified(now: now), content: .none)
    case .preconditionFailed:
      self = .preconditionFailed
    case .unsatisfiable:
      self.init(status: 416, text: "The file has no such bytes.\n")
      contentRange = ContentRange(nil, of: file.size)
    }
  }

  /// The answer to a request for `whole`, which is made here and is no file: `content` gives the
  /// bytes asked for. Several parts are answered by all of it, which RFC 9110 section 14.2 allows.
  public init(
    made whole: Representation, _ conditions: RequestConditions, isGet: Bool, now: HTTPDate,
    content: (Range<UInt64>) -> Content
  ) {
    let answer = Answer(whole, conditions, isGet: isGet, now: now)
    switch answer.content {
    case .bytes(let range):
      self.init(status: answer.status, entity: answer.entity, content: content(range))
      contentRange = answer.contentRange
    case .parts:
      self.init(status: 200, entity: whole.described(now: now), content: content(0..<whole.size))
    default: self = answer
    }
  }

  public static let badRequest = Answer(status: 400, text: "The request is malformed.\n")
  public static let forbidden = Answer(status: 403, text: "The file may not be read.\n")
  public static let notFound = Answer(status: 404, text: "There is no such file.\n")
  public static let timeout = Answer(status: 408, text: "The request took too long.\n")
  public static let preconditionFailed = Answer(status: 412, text: "The file has changed.\n")
  public static let contentTooLarge = Answer(status: 413, text: "The request is too large.\n")
  public static let serverError = Answer(status: 500, text: "The file cannot be read.\n")
  public static let overloaded = {
    var answer = Answer(status: 503, text: "Too many connections; try again later.\n")
    answer.set("Retry-After", "10")
    return answer
  }()

  /// 405, with what is allowed (RFC 9110 section 15.5.6).
  public static func methodNotAllowed(_ allowed: String) -> Answer {
    var answer = Answer(status: 405, text: "The method does not apply: \(allowed).\n")
    answer.set("Allow", allowed)
    return answer
  }

  /// What OPTIONS is answered with (RFC 9110 section 9.3.7).
  public static func options(_ allowed: String) -> Answer {
    var answer = Answer(status: 204, content: .none)
    answer.set("Allow", allowed)
    return answer
  }

  /// What is said before the connection ends.
  public init(_ refusal: RequestHeadParser.Refusal) {
    switch refusal {
    case .malformed: self = .badRequest
    case .targetTooLong: self.init(status: 414, text: "The request target is too long.\n")
    case .fieldsTooLarge: self.init(status: 431, text: "The request has too many fields.\n")
    case .notImplemented: self.init(status: 501, text: "The transfer coding is unknown.\n")
    case .versionNotSupported:
      self.init(status: 505, text: "No other HTTP than version 1 is spoken here.\n")
    }
  }
}
