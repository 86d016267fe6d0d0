// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
internal import ArchiveModel
internal import NIOHTTP1

/// A request that asks for a file in a way that can be answered.
struct FileRequest: Hashable, Sendable {
  let path: ArchivePath
  let isGet: Bool
  let conditions: RequestConditions

  /// Why a request does not get as far as a file.
  struct Refused: Error {
    let answer: Answer
  }

  /// Reads the header.
  ///
  /// - Throws: `Refused` with the answer to give instead.
  init(_ head: HTTPRequestHead) throws(Refused) {
    // RFC 9112 section 3.2: exactly one Host from HTTP/1.1 on.
    let hosts = head.headers["host"].count
    if hosts > 1 || (hosts == 0 && head.version.minor > 0) { throw Refused(answer: .badRequest) }
    guard head.method == .GET || head.method == .HEAD else {
      throw Refused(answer: .methodNotAllowed)
    }
    do throws(RequestTarget.Refusal) {
      path = try RequestTarget(head.uri).path
    } catch {
      throw Refused(answer: error == .malformed ? .badRequest : .notFound)
    }
    isGet = head.method == .GET
    conditions = RequestConditions(head.headers)
  }

  /// Opens the file and decides what to send of it. Blocks on the disk.
  func response(from site: ArchiveSite) -> Response {
    do throws(ArchiveError) {
      guard let descriptor = try site.open(path) else { return Response(.notFound) }
      let file = try OpenFile(descriptor, path: path)
      let now = HTTPDate.now
      let answer = Answer(file.representation, conditions, isGet: isGet, now: now)
      return Response(answer, of: file, at: now)
    } catch {
      return Response(Answer(error))
    }
  }
}

extension Answer {
  fileprivate init(_ error: ArchiveError) {
    self =
      switch error.code {
      // A directory, a device, a link that leads out: no file of the archive.
      case .data, .noInput: .notFound
      case .permission: .forbidden
      default: .serverError
      }
  }
}

extension RequestConditions {
  /// A field that comes twice is one list (RFC 9110 section 5.3), which no date and no single
  /// range is.
  fileprivate init(_ headers: HTTPHeaders) {
    func value(_ name: String) -> String? {
      let values = headers[name]
      return values.isEmpty ? nil : values.joined(separator: ", ")
    }
    self.init()
    ifMatch = value("if-match")
    ifNoneMatch = value("if-none-match")
    ifModifiedSince = value("if-modified-since")
    ifUnmodifiedSince = value("if-unmodified-since")
    ifRange = value("if-range")
    range = value("range")
  }
}
