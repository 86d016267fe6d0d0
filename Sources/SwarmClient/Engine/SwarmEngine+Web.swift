// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore

/// Pieces from web seeds.
extension SwarmEngine {
  /// Asks web seeds for what the scheduler gives them.
  func pumpWeb() {
    guard !isStopped else { return }
    let now = now
    var isNew = false
    while web.transfers.count < policy.webRequests, let run = nextRun(now),
      let url = web.url(of: run.file, now: now)
    {
      for key in run.keys { scheduler.begin(key, now: now) }
      begin(run, url)
      isNew = true
    }
    if isNew { tellFetching() }
  }

  private func nextRun(_ now: Duration) -> WebRun? {
    let most = scheduler.hasPeers ? policy.sharedWebBytes : policy.aloneWebBytes
    let budget = now - began < policy.first ? policy.firstWebBytes : min(web.budget, most)
    let pending = web.pending
    guard pending < budget, downloads.allows(now: now) else { return nil }
    let web = web
    return scheduler.nextRun(
      of: { web.url(of: $0, now: now) != nil }, excluding: Set(web.underWay),
      limit: min(policy.webRunBytes, budget), now: now)
  }

  private func begin(_ run: WebRun, _ url: HTTPURL) {
    let transfer = WebTransfer(
      run, seed: web.seed(of: run.file), url, scheduler.files[run.file].pieces)
    let id = web.add(transfer)
    let request = HTTPRequest(url, .bytes(transfer.range), limit: UInt64(transfer.range.count))
    transfer.transfer = http.get(request) { [weak self] event in
      self?.take(event, id, transfer)
    }
  }

  private func take(_ event: HTTPEvent<ByteBuffer>, _ id: Int, _ transfer: WebTransfer) {
    switch event {
    case .head(let answer):
      // The client has checked that what follows is the range; nothing less will do.
      guard answer.offset == transfer.range.lowerBound,
        answer.length == UInt64(transfer.range.count)
      else {
        transfer.transfer?.cancel()
        return end(id, transfer, .malformed("another range than was asked for"))
      }
    case .body(let bytes):
      scheduler.receivedFromWeb(bytes.readableBytes, now: now)
      meter.fromWebSeeds.count(UInt64(bytes.readableBytes))
      downloads.spend(bytes.readableBytes)
      bytes.withUnsafeReadableBytes { bytes in
        transfer.take(bytes) { key, buffer in
          verify(key, buffer, from: .web(transfer.seed))
        }
      }
    case .end(let failure): end(id, transfer, failure)
    }
  }

  private func end(_ id: Int, _ transfer: WebTransfer, _ failure: HTTPFailure?) {
    web.transfers[id] = nil
    waste(transfer.unfinished)
    for key in transfer.unfinishedKeys { scheduler.release(key) }
    let file = transfer.run.file
    if let failure {
      web.failed(
        file, isFinal: !failure.isPassing, retryAfter: failure.retryAfter,
        reason: failure.error(at: transfer.url.string), now: now)
    } else {
      web.succeeded(file, hasPeers: scheduler.hasPeers)
    }
    let isLast = !web.transfers.values.contains { $0.run.file == file }
    if isLast, web.isExhausted(file), torrents.isEmpty || policy.connections == 0 {
      giveUp(file)
    }
    pumpWeb()
  }
}

extension HTTPFailure {
  /// How long the server wants us to wait.
  fileprivate var retryAfter: Duration? {
    guard case .status(_, let seconds?) = self else { return nil }
    return .seconds(seconds)
  }
}
