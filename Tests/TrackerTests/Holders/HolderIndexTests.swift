// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

struct HolderIndexTests {
  private let now = Moment(seconds: 1000)

  /// A torrent whose contents take `size` numbers each; number 0 of `offset` is content 0.
  private func torrent(_ byte: UInt8, contents: Int, size: UInt32 = 1, offset: UInt32 = 0) throws
    -> NumberedTorrent
  {
    var torrent = NumberedTorrent(id: swarm(byte), name: "sid amd64")
    for content in 0..<UInt32(contents) {
      let first = PieceNumber(offset + content * size)
      torrent.append(try #require(PieceNumberRange(first: first, count: size)), content: content)
    }
    return torrent
  }

  private struct Model {
    var index = HolderIndex(seed: 6)
    var random = SwarmRandom(seed: 12)
    var now = Moment(seconds: 1000)

    mutating func hold(
      _ ranges: [PieceRange], by peer: Endpoint, of torrent: NumberedTorrent, isMore: Bool = false
    ) {
      index.hold(
        ranges, isMore: isMore, by: peer, of: torrent, at: now, canGrow: true, &random)
    }

    mutating func holders(
      _ ranges: [PieceRange], _ torrent: NumberedTorrent, wanted: Int = 50,
      for asker: Endpoint = stranger(99_999)
    ) -> [HolderIndex.Holder] {
      var found: [HolderIndex.Holder] = []
      index.holders(
        of: ranges, in: torrent, wanted: wanted, for: asker, into: &found, &random)
      return found
    }
  }

  @Test func `Who holds a piece is named to who wants it`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 10)
    model.hold([PieceRange(2, 4)], by: stranger(1), of: torrent)
    #expect(
      model.holders([PieceRange(3, 3)], torrent)
        == [HolderIndex.Holder(endpoint: stranger(1), torrent: swarm(1))])
    #expect(model.holders([PieceRange(5, 9)], torrent).isEmpty)
  }

  @Test func `A content is one, whatever torrent it was announced in`() throws {
    var model = Model()
    let (sid, trixie) = (try torrent(1, contents: 10), try torrent(2, contents: 10, offset: 500))
    model.hold([PieceRange(3, 3)], by: stranger(1), of: sid)
    #expect(
      model.holders([PieceRange(503, 503)], trixie)
        == [HolderIndex.Holder(endpoint: stranger(1), torrent: swarm(1))])
  }

  @Test func `Those who hold a content whole come first`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 4, size: 10)
    for number in 0..<5 { model.hold([PieceRange(12, 13)], by: stranger(number), of: torrent) }
    model.hold([PieceRange(10, 19)], by: stranger(7), of: torrent)
    #expect(
      model.holders([PieceRange(11, 11)], torrent, wanted: 1).map(\.endpoint) == [stranger(7)])
    #expect(model.holders([PieceRange(11, 11)], torrent).count == 6)
  }

  @Test func `A new have replaces the last one, more adds to it`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 10)
    model.hold([PieceRange(0, 1)], by: stranger(1), of: torrent)
    model.hold([PieceRange(5, 5)], by: stranger(1), of: torrent)
    #expect(model.holders([PieceRange(0, 1)], torrent).isEmpty)
    model.hold([PieceRange(0, 0)], by: stranger(1), of: torrent, isMore: true)
    #expect(model.holders([PieceRange(0, 0)], torrent).count == 1)
    #expect(model.holders([PieceRange(5, 5)], torrent).count == 1)
    model.hold([], by: stranger(1), of: torrent)
    #expect(model.holders([PieceRange(0, 9)], torrent).isEmpty)
  }

  @Test func `What a peer held 128 announces ago is not taken for what it holds`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 10)
    model.hold([PieceRange(0, 0)], by: stranger(1), of: torrent)
    for _ in 0..<130 {
      model.hold([PieceRange(5, 5)], by: stranger(1), of: torrent)
      model.index.expire(at: now, lifetime: 169, limit: 10)
    }
    #expect(model.holders([PieceRange(0, 0)], torrent).isEmpty)
    #expect(model.holders([PieceRange(5, 5)], torrent).count == 1)
  }

  @Test func `Who stops, or is not heard, is named no more`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 10)
    for number in 0..<3 { model.hold([PieceRange(0, 0)], by: stranger(number), of: torrent) }
    model.index.stop(stranger(0), of: torrent.id)
    model.now = Moment(seconds: now.seconds + 2000)
    model.index.refresh(stranger(1), of: torrent.id, at: model.now)
    model.index.expire(at: Moment(seconds: now.seconds + 3000), lifetime: 169, limit: 10)
    #expect(model.holders([PieceRange(0, 0)], torrent).map(\.endpoint) == [stranger(1)])
    #expect(model.index.peerCount == 1)
    #expect(model.index.holderCount == 1)
  }

  @Test func `A place is used again when no list names who had it`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 10)
    for number in 0..<1000 {
      model.hold([PieceRange(0, 9)], by: stranger(number), of: torrent)
      model.index.stop(stranger(number), of: torrent.id)
      model.index.expire(at: now, lifetime: 169, limit: 10)
    }
    #expect(model.index.peers.count <= 8)
    #expect(model.index.peerCount == 0)
  }

  @Test func `No content has more than 64 holders, and memory is bounded by that`() throws {
    var model = Model()
    let contents = 300
    let torrent = try torrent(1, contents: contents)
    for number in 0..<3000 {
      model.hold([PieceRange(0, UInt32(contents - 1))], by: stranger(number), of: torrent)
    }
    #expect(model.index.holderCount == 64 * contents)
    // As documented: 4 bytes a holder, 40 a content, 24 to 40 a peer.
    #expect(model.index.bytes <= contents * (64 * 4 + 40) + 3000 * 40)
  }

  @Test func `The last of many to come is as likely in a full list as a list is long`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 1)
    for number in 0..<5000 { model.hold([PieceRange(0, 0)], by: stranger(number), of: torrent) }
    let named = model.holders([PieceRange(0, 0)], torrent, wanted: 64).map(\.endpoint)
    #expect(Set(named).count == 64)
    // Each newcomer takes a random place: the mean age in a list of 64 is 64 newcomers.
    let ages = named.compactMap { peer in (0..<5000).first { stranger($0) == peer } }.map {
      4999 - $0
    }
    #expect((20...200).contains(ages.reduce(0, +) / 64))
  }

  @Test func `The asker is not named, nor who is out of reach`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 1)
    model.hold([PieceRange(0, 0)], by: stranger(1), of: torrent)
    model.hold([PieceRange(0, 0)], by: peer("10.0.0.1:1"), of: torrent)
    #expect(model.holders([PieceRange(0, 0)], torrent, for: stranger(1)).isEmpty)
  }

  @Test func `Every content that is wanted has its turn`() throws {
    var model = Model()
    let torrent = try torrent(1, contents: 2)
    for number in 0..<60 { model.hold([PieceRange(0, 0)], by: stranger(number), of: torrent) }
    model.hold([PieceRange(1, 1)], by: stranger(100), of: torrent)
    let found = model.holders([PieceRange(0, 1)], torrent, wanted: 10)
    #expect(found.count <= 10)
    #expect(found.map(\.endpoint).contains(stranger(100)))
  }
}
