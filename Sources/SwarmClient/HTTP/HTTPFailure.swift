// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// Why a request came to nothing.
package enum HTTPFailure: Error, Hashable, Sendable {
  /// No connection: no such host, refused, timed out.
  case unreachable(String)
  /// TLS does not prove that this is the server.
  case insecure(String)
  /// The connection ended before the response did.
  case closed
  /// Nothing came for longer than `HTTPLimits.stallTimeout`.
  case stalled
  /// A status other than 200, 206 and 304, and how many seconds to wait where the server says.
  case status(Int, retryAfter: Int64?)
  /// The response is no HTTP/1.1.
  case malformed(String)
  /// Other bytes than the range that was asked for.
  case wrongRange(String)
  /// The whole file, where a part far behind its start was asked for.
  case rangesUnsupported
  /// More bytes than the caller wants.
  case tooLarge(UInt64)
  /// Too many redirects, or one that leads where none may.
  case redirect(String)
  /// Nobody waits for it any more.
  case cancelled
}

extension HTTPFailure {
  /// Whether the same request may come to something later.
  package var isPassing: Bool {
    switch self {
    case .unreachable, .closed, .stalled: true
    case .status(let code, _): code >= 500 || code == 429 || code == 408
    default: false
    }
  }

  /// The failure as the command reports it.
  package func error(at url: String) -> ArchiveError {
    let code: ExitCode =
      switch self {
      case .status(let code, _) where !isPassing && code / 100 == 4: .noInput
      default: isPassing ? .temporary : .data
      }
    return ArchiveError(
      code, description, at: ArchiveError.Place(file: url),
      advice: isPassing ? "try again later, or another mirror" : nil)
  }
}

extension HTTPFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreachable(let why): "cannot connect: \(why)"
    case .insecure(let why): "TLS: \(why)"
    case .closed: "the server closed the connection before the end"
    case .stalled: "the server sends nothing"
    case .status(404, _): "the server does not have it (404)"
    case .status(let code, let seconds?): "the server answers \(code), try after \(seconds) s"
    case .status(let code, nil): "the server answers \(code)"
    case .malformed(let why): "the server's answer is malformed: \(why)"
    case .wrongRange(let range): "the server sends other bytes than were asked for: '\(range)'"
    case .rangesUnsupported: "the server cannot send parts of a file"
    case .tooLarge(let limit): "the server sends more than the expected \(limit) bytes"
    case .redirect(let why): "redirected \(why)"
    case .cancelled: "cancelled"
    }
  }
}
