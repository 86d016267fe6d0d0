// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore
internal import NIOPosix
private import TorrentMetadata

/// Finds the response to a request; the same whatever carries it.
extension Worker {
  /// The file that answers to `target`, if it is open and was looked at just now.
  @inline(__always)
  func cached(_ target: UnsafeRawBufferPointer) -> CachedFile? {
    guard let file = files.find(target, hash: FileCache.hash(target)) else { return nil }
    let now = clock.date.seconds
    if now - file.validated >= limits.validation || now < file.validated {
      guard isStill(file) else {
        files.remove(file)
        return nil
      }
      file.validated = now
    }
    guard file.epoch == epoch else {
      files.remove(file)
      return nil
    }
    file.isRecent = true
    return file
  }

  /// Whether the name still leads to the file that is open.
  private func isStill(_ file: CachedFile) -> Bool {
    guard let path = file.place.path else { return false }
    return shared.site.root(file.place)?.status(path) == file.file.key
  }

  /// What is sent of an open file.
  func response(_ file: CachedFile, _ conditions: RequestConditions, isGet: Bool) -> Response {
    let answer = Answer(
      file.representation, conditions, isGet: isGet, now: clock.date,
      boundary: Self.makeBoundary(), described: file.described)
    var response = Response(answer, file: file.file, offset: file.slice.lowerBound)
    response.isCertain = file.isCertain
    response.source = file
    return response
  }

  private static func makeBoundary() -> String {
    Hex.string((0..<12).map { _ in UInt8.random(in: .min ... .max) })
  }

  /// Answers `request`, at once or when a disk has answered.
  func respond(to request: Request, _ done: @escaping (Response) -> Void) {
    let target: RequestTarget
    do throws(RequestTarget.Refusal) {
      if request.method == .options, request.target == [0x2A] {
        done(Response(.options("GET, HEAD, OPTIONS, POST")))
        return
      }
      // A host and a port are no target of ours, but the method is the reason.
      guard request.method != .connect else {
        done(Response(.methodNotAllowed("GET, HEAD, OPTIONS, POST")))
        return
      }
      guard let text = String(validating: request.target, as: UTF8.self) else { throw .malformed }
      target = try RequestTarget(text)
    } catch {
      done(Response(error == .malformed ? .badRequest : .notFound))
      return
    }
    let route = Route(
      target, prefix: shared.configuration.overlayPrefix, limits: limits.request)
    switch request.method {
    case .get, .head: get(route, request, target, done)
    case .options: done(Response(.options(route.allowedMethods)))
    case .post:
      guard case .torrent(let id) = route else { fallthrough }
      done(postPieces(id, request.content))
    default: done(Response(.methodNotAllowed(route.allowedMethods)))
    }
  }

  private func get(
    _ route: Route, _ request: Request, _ target: RequestTarget,
    _ done: @escaping (Response) -> Void
  ) {
    switch route {
    case .file(let place): getFile(place, request, target, done)
    case .directory(let place): getListing(place, done)
    case .pad(let count): done(pad(count, request))
    case .content(let digest): getContent(digest, request, done)
    case .torrent(let id): done(torrent(id))
    case .piece(let id, let number): getPiece(id, number, request, done)
    case .nothing: done(Response(.notFound))
    }
  }

  /// Opens `place`, at once where no disk has to be waited for.
  func open(_ place: Place, _ done: @escaping (Result<OpenFile?, ArchiveError>) -> Void) {
    if let opened = shared.site.openCached(place) {
      done(opened)
      return
    }
    let site = shared.site
    let future = shared.pool.runIfActive(eventLoop: loop) {
      Result { () throws(ArchiveError) in try site.open(place) }
    }
    future.assumeIsolated().whenComplete { result in
      done((try? result.get()) ?? .failure(ArchiveError(.temporary, "shutting down")))
    }
  }

  private func getFile(
    _ place: Place, _ request: Request, _ target: RequestTarget,
    _ done: @escaping (Response) -> Void
  ) {
    open(place) { [self] result in
      switch result {
      case .success(.some(let file)):
        let cached = keep(file, place, target: request.target)
        done(response(cached, request.conditions, isGet: request.isGet))
      case .success(.none): getObject(place, request, target, done)
      case .failure(let error): notAFile(error, place, target, done)
      }
    }
  }

  /// A directory without the `/` that makes its links work, or nothing.
  private func notAFile(
    _ error: ArchiveError, _ place: Place, _ target: RequestTarget, _ done: (Response) -> Void
  ) {
    guard shared.configuration.listings, let path = place.path, let whole = target.path,
      shared.site.root(place)?.isDirectory(path) == true
    else {
      done(Response(Answer(error)))
      return
    }
    done(Response(.moved(to: whole)))
  }

  /// Describes an open file by what is known of it, and keeps it open for the next request.
  func keep(_ file: OpenFile, _ place: Place, target: [UInt8]) -> CachedFile {
    let standing = shared.knowledge.standing(place, file.key, in: catalog)
    let cached = CachedFile(
      target: target, file: file, place: place, slice: 0..<file.size,
      representation: representation(of: file, place, standing), epoch: epoch, now: clock.date,
      validated: clock.date.seconds, suite: suite(of: place, standing), log: demand)
    files.insert(cached)
    return cached
  }

  /// The suite of a package that was verified once, or in whose directory a file lies.
  private func suite(of place: Place, _ standing: Knowledge.Standing) -> String {
    switch standing {
    case .verified(let index), .unverified(let index), .different(let index):
      return catalog.suite(of: index)
    case .unknown:
      let parts = place.path?.string.split(separator: "/", maxSplits: 2) ?? []
      return parts.count == 3 && parts[0] == "dists" ? String(parts[1]) : ""
    }
  }

  private func representation(
    of file: OpenFile, _ place: Place, _ standing: Knowledge.Standing
  ) -> Representation {
    let type = MediaType.of(place.path?.name ?? "")
    guard case .verified(let index) = standing else {
      let isKnown = standing != .unknown
      return Representation(
        size: file.size,
        tag: EntityTag(
          inode: file.key.inode, size: file.size, modified: file.key.modified),
        modified: file.modified, mediaType: type,
        cacheControl: isKnown ? CachePolicy.revalidated : CachePolicy.of(place))
    }
    let id = catalog.contents[Int(index)].id
    return Representation(
      size: file.size, tag: EntityTag(id.sha256), modified: file.modified, mediaType: type,
      cacheControl: CachePolicy.of(place),
      further: ContentFields.of(id.sha256, at: place.path, shared.configuration))
  }

  private func pad(_ count: UInt64, _ request: Request) -> Response {
    let zeros = Representation(
      size: count, tag: EntityTag(opaque: "pad-\(count)"), modified: nil,
      mediaType: "application/octet-stream", cacheControl: CachePolicy.immutable)
    return Response(
      Answer(made: zeros, request.conditions, isGet: request.isGet, now: clock.date) { .zeros($0) })
  }
}

extension Answer {
  init(_ error: ArchiveError) {
    self =
      switch error.code {
      // A directory, a device, a link that leads out: no file of the archive.
      case .data, .noInput: .notFound
      case .permission: .forbidden
      case .temporary: .overloaded
      default: .serverError
      }
  }

  /// 301 to the same path with a `/`.
  static func moved(to path: ArchivePath) -> Answer {
    let location = "/\(PercentEncoding.encode(path))/"
    var answer = Answer(status: 301, text: "It is a directory: \(location)\n")
    answer.set("Location", location)
    return answer
  }
}
