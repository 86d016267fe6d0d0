// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages
internal import NIOCore
internal import NIOPosix

/// Sends the pieces of a request one after the other; confined to one event loop.
///
/// Small files that are in memory are read a batch at a time, others by a thread, one batch ahead of
/// the client; pieces of large ones go out by sendfile(2), the file being looked at before the first,
/// and before the last bytes of each. Nothing else is kept in memory, however slow the client is.
final class PieceStream: BodyStream {
  /// A batch that is being read, or waits to be sent.
  private final class Reading {
    var bytes: ByteBuffer?
    var isFailed = false
    var future: EventLoopFuture<Void>

    init(_ loop: any EventLoop) { future = loop.makeSucceededVoidFuture() }
  }

  /// How many bytes of pieces are read at once.
  private static let batchBytes: UInt64 = 256 << 10
  /// How many small files are opened at once.
  private static let batchFiles = 64
  private static let batchesAhead = 2

  private let worker: Worker
  private let catalog: Catalog
  private let epoch: Int
  private let copies: Bool
  private var groups: ArraySlice<PieceGroup>
  private var readings = CircularBuffer<Reading>()
  private var isLost = false
  /// What went out last, whose memory is used again when it has gone.
  private var spare = ByteBuffer()
  /// Sends the pieces of a file of which much is asked.
  private var pump: BodyPump?

  init(_ groups: [PieceGroup], worker: Worker, copies: Bool) {
    self.worker = worker
    self.copies = copies
    catalog = worker.catalog
    epoch = worker.epoch
    self.groups = groups[...]
  }

  var isBroken: Bool { pump?.isBroken ?? false }

  func next(limit: UInt64) -> BodyStep {
    if isLost { return .broken }
    if let step = nextOfPump(limit) { return step }
    if readings.isEmpty, let bytes = readAtOnce() { return .write(.byteBuffer(bytes)) }
    readAhead()
    guard let reading = readings.first else { return nextLarge(limit) }
    if reading.isFailed { return .broken }
    guard let bytes = reading.bytes else { return .wait(reading.future) }
    readings.removeFirst()
    readAhead()
    return .write(.byteBuffer(bytes))
  }

  private func batch(_ groups: [PieceGroup]) -> PieceBatch {
    PieceBatch(
      groups: groups, catalog: catalog, site: worker.shared.site,
      knowledge: worker.shared.knowledge)
  }

  /// Reads small files up to the first that a disk has to be waited for; nil when that is the next.
  private func readAtOnce() -> ByteBuffer? {
    // What is open is known by its place in the worker's catalog.
    guard worker.epoch == epoch else { return nil }
    var output = spare
    spare = ByteBuffer()
    output.clear(minimumCapacity: Int(Self.batchBytes))
    while let group = groups.first, isSmall(group), let content = group.content,
      output.readableBytes == 0 || output.readableBytes + Int(group.byteCount) <= Self.batchBytes,
      worker.append(group, content, to: &output)
    {
      groups.removeFirst()
    }
    spare = output
    return output.readableBytes > 0 ? output : nil
  }

  /// Has small files read until enough is under way.
  private func readAhead() {
    while readings.count < Self.batchesAhead, let first = groups.first, isSmall(first) {
      var taken: [PieceGroup] = []
      var bytes: UInt64 = 0
      while let group = groups.first, isSmall(group), taken.count < Self.batchFiles,
        taken.isEmpty || bytes + group.byteCount <= Self.batchBytes
      {
        taken.append(groups.removeFirst())
        bytes += group.byteCount
      }
      start(batch(taken))
    }
  }

  private func isSmall(_ group: PieceGroup) -> Bool {
    group.content == nil || group.byteCount <= PieceOrder.small
  }

  private func start(_ batch: PieceBatch) {
    let reading = Reading(worker.loop)
    readings.append(reading)
    let future = worker.shared.pool.runIfActive(eventLoop: worker.loop) { batch.read() }
    reading.future = future.assumeIsolated().map { bytes in
      reading.bytes = bytes
      for group in batch.groups { self.note(group) }
    }
    .flatMapErrorThrowing { _ in reading.isFailed = true }.nonisolated()
  }

  /// Opens the next file of which much is asked, by a thread where a disk has to be waited for.
  private func nextLarge(_ limit: UInt64) -> BodyStep {
    guard let group = groups.popFirst(), let content = group.content else { return .end }
    // What is open is known by its place in the worker's catalog.
    if worker.epoch == epoch, let file = worker.openLarge(content) {
      begin(group, file)
      return next(limit: limit)
    }
    let batch = batch([group])
    let future = worker.shared.pool.runIfActive(eventLoop: worker.loop) {
      () -> Result<OpenFile, Lack> in batch.open(content)
    }
    return .wait(
      future.assumeIsolated().map { self.opened($0, group, batch) }
        .flatMapErrorThrowing { _ in self.isLost = true }.nonisolated())
  }

  private func opened(
    _ result: Result<OpenFile, Lack>, _ group: PieceGroup, _ batch: PieceBatch
  ) {
    switch result {
    case .success(let file): begin(group, file)
    case .failure(let lack):
      let reading = Reading(worker.loop)
      var bytes = ByteBuffer()
      batch.fail(group, lack, &bytes)
      reading.bytes = bytes
      readings.append(reading)
    }
  }

  /// Counts what is about to go out.
  private func note(_ group: PieceGroup) {
    guard let content = group.content else { return }
    worker.note(content, bytes: group.byteCount, in: catalog)
  }

  private func begin(_ group: PieceGroup, _ file: OpenFile) {
    note(group)
    pump = BodyPump(group.pieces, of: file, worker: worker, copies: copies)
  }

  private func nextOfPump(_ limit: UInt64) -> BodyStep? {
    guard let step = pump?.next(limit: limit) else { return nil }
    guard case .end = step else { return step }
    pump = nil
    return nil
  }
}
