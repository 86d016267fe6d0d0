// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore
internal import NIOPosix

/// `.torrent` and `.meta4` of any file that the ledger knows, made when they are asked for.
extension Worker {
  /// Answers where no file is called so: with an object, or not at all.
  func getObject(
    _ place: Place, _ request: Request, _ target: RequestTarget,
    _ done: @escaping (Response) -> Void
  ) {
    guard place.tree == .archive, let path = place.path,
      let (form, file) = Self.described(by: path, target)
    else {
      done(Response(.notFound))
      return
    }
    guard let known = catalog.file(file) else {
      done(unknown(.notFound))
      return
    }
    let id = catalog.contents[Int(known.content)].id
    let objects = shared.objects
    let host = request.host
    let future = shared.pool.runIfActive(eventLoop: loop) {
      try objects.object(form, of: id, at: file, host: host)
    }
    future.assumeIsolated().whenComplete { [self] result in
      switch result {
      case .success(.some(let bytes)): done(object(bytes, form, id, request))
      case .success(.none): done(Response(.notFound))
      case .failure: done(Response(.serverError))
      }
    }
  }

  private static func described(
    by path: ArchivePath, _ target: RequestTarget
  ) -> (ObjectForm, ArchivePath)? {
    if let file = path.dropping(suffix: ".meta4") { return (.metalink, file) }
    guard let file = path.dropping(suffix: ".torrent"),
      let form = ObjectForm(format: target.parameter("format"))
    else { return nil }
    return (form, file)
  }

  private func object(
    _ bytes: [UInt8], _ form: ObjectForm, _ id: ContentID, _ request: Request
  ) -> Response {
    let digest = try? SHA256Digest.hashing(bytes)
    let representation = Representation(
      size: UInt64(bytes.count), tag: EntityTag(digest ?? id.sha256), modified: nil,
      mediaType: form.mediaType, cacheControl: CachePolicy.revalidated)
    let answer = Answer(
      made: representation, request.conditions, isGet: request.isGet, now: clock.date
    ) { range in
      .text(Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
    return Response(answer)
  }
}
