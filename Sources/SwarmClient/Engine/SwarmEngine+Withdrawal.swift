// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import NIOCore
internal import PeerWire

/// Pieces that are not given away any more.
extension SwarmEngine {
  /// Whether others get a piece of us: it is there, and its file is in the index, or still to come
  /// whole, when those who are after the same need each other.
  func isOffered(_ key: PieceKey) -> Bool {
    scheduler.isDone(key) && !lost.contains(key.file)
      && !(unlisted.contains(key.file) && ended.contains(key.file))
  }

  /// Takes back all pieces of a file that others were told of (BEP 54).
  func withdraw(_ file: Int) {
    let done = scheduler.keys(of: file).filter { scheduler.isDone($0) }
    for link in links.values where link.isOpen {
      guard let torrent = link.torrent else { continue }
      for key in done {
        for number in scheduler.numbers(of: key, in: torrent) {
          link.session.sendDontHave(number, into: &link.output)
        }
      }
      link.flush()
    }
    hurryTrackers(of: file)
  }

  /// A file is not on disk any more, or not what it was.
  func lose(_ file: Int, _ error: any Error) {
    guard !isStopped, lost.insert(file).inserted else { return }
    withdraw(file)
    warn("\(scheduler.files[file].name) is not shared any more: \(error)")
  }

  /// What was read for a peer, if it is what it was when it was verified; nil when it is not, and then
  /// nobody gets any of the file.
  func checked(_ result: Result<ByteBuffer, any Error>, _ place: Place) -> ByteBuffer? {
    switch result {
    case .failure(let error):
      lose(place.key.file, error)
      return nil
    case .success(let bytes):
      guard bytes.readableBytes == place.range.count, isLeaf(bytes, place) else {
        lose(place.key.file, damaged(place.key))
        return nil
      }
      return bytes
    }
  }

  /// Whether bytes are those of a leaf, where its digest is known.
  private func isLeaf(_ bytes: ByteBuffer, _ place: Place) -> Bool {
    guard policy.checksUploads, let leaf = place.leaf, let known = proofs.known(place.key),
      known.count >= 32 * (leaf + 1)
    else { return true }
    bytes.withUnsafeReadableBytes { digest.update($0) }
    return digest.finishSHA256().withUnsafeBytes {
      $0.elementsEqual(known[32 * leaf..<32 * leaf + 32])
    }
  }

  /// A piece has other bytes than it had.
  func damaged(_ key: PieceKey) -> ArchiveError {
    ArchiveError(
      .data, "piece \(key.piece) has other bytes than when it was verified",
      advice: "fetch it again, and look at the disk")
  }
}
