// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
package import NIOCore
package import NIOPosix
internal import PackagesParser
internal import PeerWire
internal import TorrentMetadata

/// Fetches files from web seeds and peers at the same time, and shares what it has; confined to one
/// event loop.
///
/// The scheduler decides, this moves bytes: it asks, verifies, writes and tells.
package final class SwarmEngine {
  package let loop: any EventLoop
  let pool: NIOThreadPool
  let policy: SwarmPolicy
  let peerID: PeerID
  let http: HTTPClient
  let stores: [any PieceStore]
  var random = SystemRandomNumberGenerator()
  var scheduler: SwarmScheduler
  var digest: StreamDigest
  package var totals = SwarmTotals()
  /// Our listening port, which trackers and peers are told; 0 for none.
  package var port: UInt16 = 0
  /// Where torrents are announced; set before `start`.
  var trackers: TrackerClient?

  /// As the newest index that was read has them.
  var torrents: [TorrentID: ReleasedTorrent]
  /// Told to every torrent, also to one that comes later.
  var extraTrackers: [AbsoluteURL] = []
  /// When a newer index is looked for, and how; nil for never.
  var refresh: RefreshSchedule?
  var look: () -> Void = {}
  /// Files that left the index: those that are still to come do come, and no others are given away.
  var unlisted: Set<Int> = []
  /// Files that went, or went bad, on disk.
  var lost: Set<Int> = []
  /// Told of what a user should know.
  package var warn: (String) -> Void = { _ in }
  var links: [Int: PeerLink] = [:]
  private var nextLink = 0
  /// Connections that are being made.
  var connecting = 0
  var candidates = PeerCandidates()
  /// Those that a user named.
  var knownPeers: [Endpoint] = []
  var web: WebSources
  var proofs: LeafProofs
  /// Transfers whose peer went away, with blocks that were good.
  var orphans: [PieceKey: PieceTransfer] = [:]
  /// Files that are read to answer a question about leaves.
  var readingLeaves: Set<Int> = []
  var awaiting: [HashRange: [(link: Int, transfer: PieceTransfer, since: Duration)]] = [:]
  var uploads: RateBudget
  var downloads: RateBudget
  /// Files that have their names, or will never have them.
  private(set) var ended: Set<Int> = []
  private let onEnd: (Int, ArchiveError?) -> Void
  let meter: FetchMeter
  private var lastGain: Duration
  private(set) var began: Duration
  private var ticking: RepeatedTask?
  private var ticks = 0
  /// Nothing more is asked of anybody.
  private(set) var isStopped = false
  /// Where peers connect to.
  var listeners: [any Channel] = []
  private let completion: EventLoopPromise<Void>

  /// Prepares a download of `files` to `stores`, one each; nothing happens before `start`.
  ///
  /// `onEnd` is called once for each file, on the loop: it has its name, or this is why it has not.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses SHA-256.
  package init(
    _ files: [PackageFile], stores: [any PieceStore], http: HTTPClient, pool: NIOThreadPool,
    policy: SwarmPolicy = SwarmPolicy(), meter: FetchMeter = FetchMeter(),
    onEnd: @escaping (Int, ArchiveError?) -> Void = { _, _ in }
  ) throws(ArchiveError) {
    self.meter = meter
    self.onEnd = onEnd
    loop = http.context.loop
    self.http = http
    self.pool = pool
    self.policy = policy
    self.stores = stores
    let now = Self.clock()
    peerID = PeerID(using: &random)
    scheduler = SwarmScheduler(files, policy: policy, now: now, using: &random)
    digest = try StreamDigest(.sha256)
    torrents = Dictionary(
      files.compactMap { $0.numbering?.torrent }.map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first })
    web = WebSources(files, policy: policy)
    proofs = LeafProofs(files)
    uploads = RateBudget(policy.uploadLimit, now: now)
    downloads = RateBudget(policy.downloadLimit, now: now)
    lastGain = now
    began = now
    completion = loop.makePromise()
  }

  static func clock() -> Duration { .nanoseconds(Int64(NIODeadline.now().uptimeNanoseconds)) }

  /// The time since some moment.
  var now: Duration { Self.clock() }

  /// Takes over pieces that an earlier download left, verified again.
  package func resume(_ pieces: [PieceKey]) {
    for key in pieces where scheduler.complete(key) {
      totals.resumed += UInt64(scheduler.length(key))
      meter.present.count(UInt64(scheduler.length(key)))
    }
  }

  /// Begins; all at once, nothing is waited for.
  ///
  /// - Returns: when all files have ended.
  package func start() -> EventLoopFuture<Void> {
    loop.preconditionInEventLoop()
    lastGain = now
    began = now
    let bound = NIOLoopBound(self, eventLoop: loop)
    ticking = loop.scheduleRepeatedTask(
      initialDelay: .milliseconds(100), delay: .milliseconds(100)
    ) { _ in bound.value.tick() }
    for file in scheduler.files.indices where scheduler.isComplete(file) { finish(file) }
    trackers?.port = port
    if scheduler.files.isEmpty { completion.succeed() }
    pumpWeb()
    return completion.futureResult
  }

  /// Ends everything; what is verified is written.
  package func stop() {
    isStopped = true
    ticking?.cancel()
    for listener in listeners { listener.close(promise: nil) }
    for link in links.values { link.close() }
    web.cancelAll()
    if ended.count < stores.count { completion.fail(CancellationError()) }
  }

  private func tick() {
    let now = now
    ticks += 1
    scheduler.expireClaims(now: now)
    giveUpHashes(now)
    for link in links.values { check(link, now) }
    if ticks % 10 == 0 { everySecond(now) }
    pumpWeb()
    for link in links.values { serve(link) }
    for link in links.values { link.flush() }
  }

  private func everySecond(_ now: Duration) {
    for link in links.values {
      updateInterest(link)
      link.keepAlive()
    }
    connectMore()
    if ticks % 100 == 0 { rechoke(newRound: true) }
    exchangePeers(now)
    giveUpFiles(now)
    if refresh?.begin(now: now) == true { look() }
  }

  /// How long peers may take to turn up for a file that no web seed has.
  private static let hope = Duration.seconds(15)
  /// After this long without a byte nothing is expected any more.
  private static let despair = Duration.seconds(120)

  private func giveUpFiles(_ now: Duration) {
    let idle = now - lastGain
    guard !scheduler.isComplete, idle > Self.hope else { return }
    for file in scheduler.files.indices where !ended.contains(file) && !scheduler.isClosed(file) {
      let isLost = web.isExhausted(file) && !scheduler.isHeld(file)
      if isLost || idle > Self.despair { end(file, unreachable(file)) }
    }
  }

  /// Says that something was won.
  func gained() { lastGain = now }

  /// A file is complete: it gets its name.
  func finish(_ file: Int) {
    proofs.fileIsComplete(file)
    stores[file].finish().assumeIsolated().whenComplete { result in
      switch result {
      case .failure(let error): self.fail(file, error)
      case .success: self.end(file, nil)
      }
    }
  }

  /// A file has its name, or will never have it.
  private func end(_ file: Int, _ error: ArchiveError?) {
    guard ended.insert(file).inserted else { return }
    if error != nil { scheduler.drop(file) }
    if unlisted.contains(file) { withdraw(file) }
    onEnd(file, error)
    if ended.count == stores.count { completion.succeed() }
  }

  /// A file cannot be written or checked.
  func fail(_ file: Int, _ error: any Error) {
    end(file, error as? ArchiveError ?? ArchiveError(.software, "\(error)"))
  }

  /// No web seed has a file, and there are to be no peers.
  func giveUp(_ file: Int) { end(file, unreachable(file)) }

  private func unreachable(_ file: Int) -> ArchiveError {
    web.lastFailure(of: file)
      ?? ArchiveError(
        .temporary, "nobody sends it",
        at: ArchiveError.Place(file: scheduler.files[file].path.string),
        advice: "what has come is kept; run it again, it goes on from there")
  }

  /// Gives a new link its number.
  func number() -> Int {
    nextLink += 1
    return nextLink
  }

  /// What we know of a torrent by now.
  func state(of torrent: TorrentID) -> NumberedState? {
    torrents[torrent].map {
      NumberedState(
        generation: UInt64($0.generation), next: $0.next.rawValue, floor: $0.floor.rawValue)
    }
  }
}

extension SwarmEngine {
  /// The pieces of a torrent that we have.
  package func have(in torrent: TorrentID) -> [PieceRange] {
    ranges(of: scheduler.keys(in: torrent).filter(isOffered), in: torrent)
  }

  /// The pieces of a torrent that we look for.
  package func wanted(in torrent: TorrentID) -> [PieceRange] {
    ranges(of: scheduler.keys(in: torrent).filter { !scheduler.isDone($0) }, in: torrent)
  }

  /// The numbers of pieces in a torrent.
  func ranges(of keys: [PieceKey], in torrent: TorrentID) -> [PieceRange] {
    NumberSet(
      keys.flatMap { scheduler.numbers(of: $0, in: torrent) }.map { PieceRange($0, $0) }
    ).ranges
  }
}
