// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOPosix
internal import PeerWire

/// From requests to blocks: what is sent was read of a file that was seen to be unchanged after that.
extension PeerConnection {
  /// Sends blocks of up to about `limit` bytes; returns how many bytes of them there were.
  func serve(_ limit: Int) -> Int {
    var sent = 0
    while sent < limit, let request = requests.first {
      // It may have been withdrawn since it was asked for.
      guard let piece = torrent?.piece(request.piece, in: worker.catalog) else {
        requests.removeFirst()
        reject(request)
        continue
      }
      guard let file = worker.heldAtOnce(piece.content) else {
        readElsewhere(piece.content, limit)
        break
      }
      let start = worker.scratch.writerIndex
      let (count, bytes) = gather(piece.content, file.file, limit - sent)
      guard count > 0, file.file.isUnchanged else {
        worker.scratch.moveWriterIndex(to: start)
        // Not in memory, or written to: the file is opened and looked at anew.
        if count > 0 { worker.files.remove(file) }
        readElsewhere(piece.content, limit)
        break
      }
      requests.removeFirst(count)
      file.demand.requests += 1
      file.demand.bytes += UInt64(bytes)
      sent += bytes
    }
    count(sent)
    return sent
  }

  private func count(_ bytes: Int) {
    if case .numbered? = torrent {
      hub.counters.numberedBytes += UInt64(bytes)
    } else {
      hub.counters.standardBytes += UInt64(bytes)
    }
  }

  /// Reads the first requests' blocks, with their headers, as far as they are of one content and in
  /// memory; returns how many requests and bytes that were.
  private func gather(
    _ content: Catalog.Index, _ file: OpenFile, _ limit: Int
  ) -> (count: Int, bytes: Int) {
    var (count, bytes) = (0, 0)
    for request in requests {
      guard bytes < limit, let piece = torrent?.piece(request.piece, in: worker.catalog),
        piece.content == content
      else { break }
      let block = PeerBlocks.Block(request, of: piece)
      guard block.append(to: &worker.scratch, { file.readCached(into: $0, at: $1) ?? 0 }) else {
        break
      }
      count += 1
      bytes += Int(request.length)
    }
    return (count, bytes)
  }

  /// Has a thread of the pool read what the first requests ask of one content.
  private func readElsewhere(_ content: Catalog.Index, _ limit: Int) {
    var blocks: [PeerBlocks.Block] = []
    var bytes = 0
    while bytes < limit, let request = requests.first,
      let piece = torrent?.piece(request.piece, in: worker.catalog), piece.content == content
    {
      requests.removeFirst()
      blocks.append(PeerBlocks.Block(request, of: piece))
      bytes += Int(request.length)
    }
    isReading = true
    let job = PeerBlocks(
      content: content, blocks: blocks, catalog: worker.catalog, site: worker.shared.site,
      knowledge: worker.shared.knowledge)
    let read = worker.shared.pool.runIfActive(eventLoop: worker.loop) { job.read() }
    read.assumeIsolated().whenComplete { self.took(try? $0.get(), of: job) }
  }

  private func took(_ result: PeerBlocks.Outcome?, of job: PeerBlocks) {
    isReading = false
    guard phase == .open else { return }
    worker.clock.refresh()
    if case .read(let bytes, let file, let place)? = result {
      if worker.catalog === job.catalog { worker.keepHeld(job.content, file, place) }
      send(bytes)
      count(bytes.readableBytes)
      worker.note(job.content, bytes: UInt64(bytes.readableBytes), in: job.catalog)
      hub.pay(bytes.readableBytes)
    } else {
      for block in job.blocks { reject(block.request) }
      flush()
      // Without BEP 6 nothing but a choke tells it to ask again, or somebody else.
      if !session.shared.contains(.fast) { setSlot(false) }
    }
    waitForTurn()
    hub.run()
  }
}
