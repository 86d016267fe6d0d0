// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import NIOCore
internal import NIOPosix
internal import PackagesParser
internal import PeerWire

/// From bytes to verified pieces.
extension SwarmEngine {
  /// Who sent a piece.
  enum Source {
    case web(Int)
    case peer(PeerLink)
  }

  /// A piece is together: it is checked and written on a thread of the pool, and told of after that.
  func verify(_ key: PieceKey, _ buffer: PieceBuffer, from source: Source) {
    guard !scheduler.isDone(key) else { return waste(buffer.length) }
    let table = scheduler.files[key.file].pieces
    let expected = table.hashes[key.piece]
    let wantsLeaves = table.root != nil && proofs.known(key) == nil
    pool.runIfActive(eventLoop: loop) { () throws -> PieceCheck in
      try PieceCheck(buffer.bytes, expected: expected, wantsLeaves: wantsLeaves)
    }.assumeIsolated().whenComplete { result in
      switch result {
      case .failure(let error): self.fail(key.file, error)
      case .success(let check) where !check.isGood: self.bad(key, buffer.length, source)
      case .success(let check): self.write(key, buffer, check.leaves, source)
      }
    }
  }

  private func write(
    _ key: PieceKey, _ buffer: PieceBuffer, _ leaves: [UInt8], _ source: Source
  ) {
    stores[key.file].write(key.piece, buffer).assumeIsolated().whenComplete { result in
      switch result {
      case .failure(let error): self.fail(key.file, error)
      case .success: self.completed(key, leaves, source)
      }
    }
  }

  private func completed(_ key: PieceKey, _ leaves: [UInt8], _ source: Source) {
    let length = scheduler.length(key)
    guard scheduler.complete(key) else { return waste(length) }
    gained()
    proofs.keep(leaves, of: key)
    orphans[key] = nil
    switch source {
    case .web: totals.fromWeb += UInt64(length)
    case .peer(let link) where link.isMirror:
      totals.fromMirrorPeer += UInt64(length)
    case .peer(let link):
      totals.fromPeers += UInt64(length)
      link.widen()
    }
    tell(key)
    for link in links.values { link.cancel(key) }
    if scheduler.isComplete(key.file) {
      finish(key.file)
      hurryTrackers(of: key.file)
    }
    pump()
  }

  /// A piece is not what it should be: whoever sent all of it is to blame.
  private func bad(_ key: PieceKey, _ length: Int, _ source: Source) {
    totals.bad += UInt64(length)
    waste(length)
    scheduler.release(key)
    switch source {
    case .web(let seed): web.gaveBadBytes(seed, file: key.file)
    case .peer(let link): ban(link)
    }
    pump()
  }

  /// Counts bytes that were of no use.
  func waste(_ bytes: Int) {
    totals.wasted += UInt64(bytes)
    meter.wasted.count(UInt64(bytes))
  }

  /// Counts bytes of a peer that nobody waits for.
  func unasked(_ bytes: Int) {
    meter.fromPeers.count(UInt64(bytes))
    waste(bytes)
  }

  /// Asks for more, of everybody.
  func pump() {
    pumpWeb()
    for link in links.values {
      serve(link)
      link.flush()
    }
  }

  /// Tells all peers of a torrent that we have a piece, and what we are getting.
  private func tell(_ key: PieceKey) {
    guard isOffered(key) else { return }
    for link in links.values where link.isOpen {
      guard let torrent = link.torrent else { continue }
      for number in scheduler.numbers(of: key, in: torrent) {
        link.session.send(.have(number), into: &link.output)
      }
    }
  }
}

/// What came of checking a piece.
struct PieceCheck: Sendable {
  let isGood: Bool
  /// The digests of its 16 KiB leaves, where they are of use.
  let leaves: [UInt8]

  /// Digests a piece.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses.
  init(
    _ bytes: UnsafeRawBufferPointer, expected: SHA256Digest, wantsLeaves: Bool
  ) throws(ArchiveError) {
    var digest = try StreamDigest(.sha256)
    digest.update(bytes)
    isGood = digest.finishSHA256() == expected
    leaves = isGood && wantsLeaves ? LeafProofs.leaves(of: bytes, &digest) : []
  }
}
