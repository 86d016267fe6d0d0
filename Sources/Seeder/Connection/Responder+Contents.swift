// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore
private import TorrentMetadata

/// Contents by their hash and pieces by their number: bytes that are certain, or none.
extension Worker {
  /// A content as some file of the archive has it.
  struct Holding {
    let file: OpenFile
    let place: Place
  }

  /// Opens a file that is certain to hold a content.
  func hold(_ content: Catalog.Index, _ done: @escaping (Result<Holding, Lack>) -> Void) {
    tryNext(catalog.files(of: content), content, .vanished, done)
  }

  private func tryNext(
    _ files: ArraySlice<Catalog.File>, _ content: Catalog.Index, _ lack: Lack,
    _ done: @escaping (Result<Holding, Lack>) -> Void
  ) {
    guard let next = files.first else {
      done(.failure(lack))
      return
    }
    let place = Place(.archive, next.path)
    let catalog = catalog
    open(place) { [self] result in
      var lack = lack
      if case .success(.some(let file)) = result {
        let standing = shared.knowledge.standing(place, file.key, in: catalog)
        if standing == .verified(content) {
          done(.success(Holding(file: file, place: place)))
          return
        }
        lack.note(standing)
      }
      tryNext(files.dropFirst(), content, lack, done)
    }
  }

  func getContent(
    _ digest: SHA256Digest, _ request: Request, _ done: @escaping (Response) -> Void
  ) {
    guard let content = catalog.content(digest) else {
      done(unknown(.notFound))
      return
    }
    let size = catalog.contents[Int(content)].id.size.rawValue
    serve(content, 0..<size, EntityTag(digest), request, done) { place in
      (
        MediaType.of(place.path?.name ?? ""),
        ContentFields.of(digest, at: place.path, self.shared.configuration)
      )
    }
  }

  func getPiece(
    _ id: TorrentID, _ number: PieceNumber, _ request: Request,
    _ done: @escaping (Response) -> Void
  ) {
    guard let torrent = catalog.torrent(id), let found = torrent.find(number) else {
      done(unknown(.noSuchPiece))
      return
    }
    let content = catalog.contents[Int(found.content)].id
    guard let bytes = torrent.bytes(ofPiece: found.piece, size: content.size) else {
      done(Response(.noSuchPiece))
      return
    }
    counters.pieces += 1
    let tag = EntityTag(opaque: "\(content.sha256)-\(bytes.lowerBound)-\(bytes.upperBound)")
    let isWhole = bytes == 0..<content.size.rawValue
    serve(found.content, bytes, tag, request, done) { _ in
      (
        "application/octet-stream",
        isWhole ? DigestHeader.allCases.map { Field($0.name, $0.value(content.sha256)) } : []
      )
    }
  }

  /// Serves `bytes` of a content, which never change under the target that named them.
  private func serve(
    _ content: Catalog.Index, _ bytes: Range<UInt64>, _ tag: EntityTag, _ request: Request,
    _ done: @escaping (Response) -> Void,
    describe: @escaping (Place) -> (mediaType: String, further: [Field])
  ) {
    hold(content) { [self] result in
      switch result {
      case .failure(let lack): done(Response(Answer(lack)))
      case .success(let holding):
        let (mediaType, further) = describe(holding.place)
        let representation = Representation(
          size: bytes.upperBound - bytes.lowerBound, tag: tag, modified: holding.file.modified,
          mediaType: mediaType, cacheControl: CachePolicy.immutable, further: further)
        let cached = CachedFile(
          target: request.target, file: holding.file, place: holding.place, slice: bytes,
          representation: representation, isCertain: true, epoch: epoch, now: clock.date,
          validated: clock.date.seconds, suite: catalog.suite(of: content), log: demand)
        files.insert(cached)
        done(response(cached, request.conditions, isGet: request.isGet))
      }
    }
  }

  /// The answer for what the catalog does not have; until it is there, to ask again.
  func unknown(_ answer: Answer) -> Response {
    Response(shared.knowledge.isReady ? answer : .starting)
  }

  /// What a torrent is, as a stanza.
  func torrent(_ id: TorrentID) -> Response {
    guard let torrent = catalog.torrent(id) else { return unknown(.noSuchTorrent) }
    var answer = Answer(status: 200, text: torrent.stanza)
    answer.set("Cache-Control", CachePolicy.revalidated)
    return Response(answer)
  }
}

extension CatalogTorrent {
  /// What a client asks before it asks for pieces.
  var stanza: String {
    """
    Torrent: \(id)
    Architecture: \(architecture)
    Generation: \(generation)
    Piece-Size: \(base)
    Floor: \(floor)
    Next-Piece: \(next)
    Superseded: \(isSuperseded ? "yes" : "no")

    """
  }
}

extension Answer {
  static let starting: Answer = {
    var answer = Answer(status: 503, text: "The ledger is being read; try again soon.\n")
    answer.set("Retry-After", "1")
    return answer
  }()
  static let noSuchTorrent = Answer(status: 404, text: "There is no such torrent.\n")
  static let noSuchPiece = Answer(status: 404, text: "No content has that number.\n")
}
