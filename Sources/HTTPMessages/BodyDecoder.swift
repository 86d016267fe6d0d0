// SPDX-License-Identifier: Apache-2.0

private import ArchiveModel

/// Reads the content of a request (RFC 9112 sections 6 and 7.1) out of bytes as they arrive.
public struct BodyDecoder: Sendable {
  /// What came of the bytes so far.
  public enum Outcome: Hashable, Sendable {
    case needsMore
    case complete
    /// More than the limit: the connection cannot go on.
    case tooLarge
    case malformed
  }

  private enum State {
    /// So many bytes of content until its end, or of a chunk.
    case content(UInt64)
    /// Before a chunk's size.
    case size
    /// Before the CRLF that ends a chunk.
    case chunkEnd
    /// Before a line of the trailers.
    case trailer
    case done
  }

  private var state: State
  private let isChunked: Bool
  private let keeps: Bool
  private let limits: RequestLimits
  /// The line that is not complete yet.
  private var line: [UInt8] = []
  private var overhead = 0
  private var count: UInt64 = 0
  /// What was read, unless it is dropped.
  public private(set) var content: [UInt8] = []

  /// Expects what `body` announces; `keeps` is false for what nothing has a use for.
  public init(_ body: RequestHead.Body, keeps: Bool, limits: RequestLimits = RequestLimits()) {
    self.keeps = keeps
    self.limits = limits
    switch body {
    case .none: (state, isChunked) = (.done, false)
    case .length(0): (state, isChunked) = (.done, false)
    case .length(let length): (state, isChunked) = (.content(length), false)
    case .chunked: (state, isChunked) = (.size, true)
    }
  }

  /// Takes the next bytes; `consumed` says how many of them belong to this content.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, consumed: inout Int
  ) -> Outcome {
    consumed = 0
    while true {
      switch state {
      case .done: return .complete
      case .content(let left):
        let part = min(left, UInt64(bytes.count - consumed))
        if part == 0 { return .needsMore }
        guard take(UnsafeRawBufferPointer(rebasing: bytes[consumed..<consumed + Int(part)]))
        else { return .tooLarge }
        consumed += Int(part)
        state = left > part ? .content(left - part) : isChunked ? .chunkEnd : .done
      case .size, .chunkEnd, .trailer:
        guard let isEnded = gather(bytes, &consumed) else { return .malformed }
        guard overhead <= limits.chunkOverhead else { return .tooLarge }
        guard isEnded else { return .needsMore }
        guard endLine() else { return .malformed }
      }
    }
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    count += UInt64(bytes.count)
    guard count <= UInt64(limits.bodyBytes) else { return false }
    if keeps { content.append(contentsOf: bytes) }
    return true
  }

  /// Adds to the line; whether it has ended, nil when it does so in a wrong way.
  private mutating func gather(_ bytes: UnsafeRawBufferPointer, _ consumed: inout Int) -> Bool? {
    while consumed < bytes.count, overhead <= limits.chunkOverhead {
      let byte = bytes[consumed]
      consumed += 1
      overhead += 1
      if line.last == 0x0D {
        guard byte == 0x0A else { return nil }
        line.removeLast()
        return true
      }
      guard byte.isFieldContent || byte == 0x0D else { return nil }
      line.append(byte)
    }
    return false
  }

  private mutating func endLine() -> Bool {
    defer { line = [] }
    switch state {
    case .chunkEnd:
      state = .size
      return line.isEmpty
    case .trailer:
      // Trailers say nothing here (RFC 9110 section 6.5).
      if line.isEmpty { state = .done }
      return true
    default: return startChunk()
    }
  }

  /// `chunk-size [ chunk-ext ]`
  private mutating func startChunk() -> Bool {
    let digits = line.prefix { Hex.value($0) != nil }
    // Eight digits are more than any limit.
    guard !digits.isEmpty, digits.count <= 8 else { return false }
    let rest = line[digits.endIndex...].drop { $0 == 0x20 || $0 == 0x09 }
    guard rest.isEmpty || rest.first == 0x3B else { return false }
    let size = digits.reduce(UInt64(0)) { $0 << 4 | UInt64(Hex.value($1) ?? 0) }
    state = size == 0 ? .trailer : .content(size)
    return true
  }
}
