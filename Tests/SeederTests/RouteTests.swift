// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import HTTPMessages
import Seeder
import Testing

/// What each path names.
struct RouteTests {
  private static let hex = String(repeating: "0a", count: 32)
  private static let id = String(repeating: "0b", count: 20)

  private func route(_ target: String) throws -> Route {
    Route(try RequestTarget(target), prefix: "overlay")
  }

  private func archive(_ path: String) throws -> Place { Place(.archive, try ArchivePath(path)) }

  @Test func filesAreTheArchives() throws {
    #expect(try route("/pool/a/b.deb") == .file(archive("pool/a/b.deb")))
    #expect(try route("/project/trace/x") == .file(archive("project/trace/x")))
    #expect(try route("/dists/") == .directory(archive("dists")))
    #expect(try route("/") == .directory(Place(.archive, nil)))
    #expect(try route("/overlayed/x") == .file(archive("overlayed/x")))
  }

  @Test func theOverlayIsBelowItsPrefix() throws {
    let inside = Place(.overlay, try ArchivePath("dists/sid/InRelease"))
    #expect(try route("/overlay/dists/sid/InRelease") == .file(inside))
    #expect(try route("/overlay/") == .directory(Place(.overlay, nil)))
    #expect(try route("/overlay/pool/a.deb") == .file(archive("pool/a.deb")))
    #expect(try route("/overlay/pool/") == .directory(archive("pool")))
    let beside = Place(.overlay, try ArchivePath("poolside"))
    #expect(try route("/overlay/poolside") == .file(beside))
  }

  @Test(arguments: ["/.pad/65536", "/overlay/.pad/65536", "/pool/.pad/65536", "/a/b/.pad/65536"])
  func paddingIsZeros(target: String) throws { #expect(try route(target) == .pad(65536)) }

  @Test(arguments: [
    "/.pad/", "/.pad/0", "/.pad/012", "/.pad/-1", "/.pad/1x", "/.pad/999999999999999999999",
    "/.pad/67108865", "/.pad/1/2", "/.pad/65536/", "/.git/config", "/pool/.x/a",
    "/content", "/content/sha256/zz", "/content/sha1/\(hex)", "/content/sha256/\(hex)/",
    "/content/sha256/\(hex)/x", "/pieces", "/pieces/", "/pieces/zz", "/pieces/\(id)/",
    "/pieces/\(id)/x", "/pieces/\(id)/4294967296", "/pieces/\(id)/1/2", "/pieces/\(id)/-1",
  ])
  func nothing(target: String) throws { #expect(try route(target) == .nothing) }

  @Test func contentsAndPieces() throws {
    let digest = try #require(SHA256Digest(hex: Self.hex))
    let torrent = try #require(TorrentID(hex: Self.id))
    #expect(try route("/content/sha256/\(Self.hex)") == .content(digest))
    #expect(try route("/content/sha256/\(Self.hex.uppercased())") == .content(digest))
    #expect(try route("/pieces/\(Self.id)") == .torrent(torrent))
    #expect(try route("/pieces/\(Self.id)/4711") == .piece(torrent, PieceNumber(4711)))
  }

  @Test(arguments: [
    ("/pool/a.deb", true), ("/dists/sid/main/by-hash/SHA256/\(hex)", true),
    ("/overlay/dists/sid/main/by-hash/SHA256/\(hex)", true), ("/dists/sid/InRelease", false),
    ("/overlay/dists/sid/main/Packages.gz", false), ("/project/x", false), ("/by-hash/x", false),
  ])
  func cachesKeepWhatNeverChanges(target: String, isImmutable: Bool) throws {
    guard case .file(let place) = try route(target) else {
      Issue.record("\(target) is no file")
      return
    }
    #expect((CachePolicy.of(place) == CachePolicy.immutable) == isImmutable)
  }
}
