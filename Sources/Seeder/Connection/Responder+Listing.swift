// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore
internal import NIOPosix

extension Worker {
  /// The page of a directory, where listings are on.
  func getListing(_ place: Place, _ done: @escaping (Response) -> Void) {
    guard shared.configuration.listings, let root = shared.site.root(place) else {
      done(Response(.notFound))
      return
    }
    let limit = limits.listingEntries
    let prefix = place.tree == .overlay ? "/\(shared.configuration.overlayPrefix)" : ""
    let title = "\(prefix)/" + (place.path.map { "\($0)/" } ?? "")
    // The overlay's pool is the archive's.
    let served: Set<String> = place.tree == .overlay && place.path == nil ? ["pool"] : []
    let future = shared.pool.runIfActive(eventLoop: loop) {
      Result { () throws(ArchiveError) in
        try root.entries(place.path, limit: limit, served: served)
          .map { DirectoryListing.page(title, $0) }
      }
    }
    future.assumeIsolated().whenComplete { result in
      switch result.flatMap({ $0.mapError { $0 } }) {
      case .success(.some(let page)): done(Response(.listing(page)))
      case .success(.none): done(Response(.notFound))
      case .failure(let error):
        done(Response((error as? ArchiveError).map { Answer($0) } ?? .serverError))
      }
    }
  }
}

extension Answer {
  fileprivate static func listing(_ page: [UInt8]) -> Answer {
    Answer(
      status: 200,
      entity: EntityFields([
        Field("Content-Type", "text/html; charset=utf-8"),
        Field("Cache-Control", CachePolicy.revalidated),
      ]), content: .text(page))
  }
}
