// SPDX-License-Identifier: Apache-2.0

/// Every bound on what a request may say.
public struct RequestLimits: Hashable, Sendable {
  /// Of request line and fields together: 431 or 414 beyond.
  public var headBytes = 16 << 10
  /// Of the request target: 414 beyond. Twice PATH_MAX, for percent-encoding.
  public var targetBytes = 8 << 10
  /// How many field lines: 431 beyond.
  public var fields = 100
  /// No method is longer than this.
  public var methodBytes = 24
  /// How many empty lines are skipped before a request.
  public var leadingEmptyLines = 4
  /// More ranges than this in one request are no wish that can be meant; Range is then ignored
  /// (RFC 9110 section 14.2), as it is by other servers.
  public var ranges = 64
  /// How many entity tags If-Match and If-None-Match may list; what follows is not looked at.
  public var entityTags = 64
  /// Of request content: what nothing has a use for is read and dropped up to here.
  public var bodyBytes = 64 << 10
  /// How many bytes of chunk sizes, extensions and trailers a chunked body may have.
  public var chunkOverhead = 16 << 10
  /// How many pieces one request may ask for.
  public var pieces = 1 << 16
  /// How many zeros `.pad/` gives at most: the largest piece there is.
  public var padBytes: UInt64 = 64 << 20

  public init() {}
}
