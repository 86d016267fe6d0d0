// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import TorrentMetadata

/// One file on its way from web seeds: what is missing is asked of the first, what that does not
/// have right of the next.
struct PlainFile: Sendable {
  private let file: PackageFile
  private let partial: PartialFile
  private let fetcher: HTTPFetcher
  private let meter: FetchMeter
  private let limit: RateLimit?

  /// Wrong pieces after which a seed is believed to have another file.
  private static let mistakes = 3
  /// How often a seed that fails for the moment is asked again without a byte of progress.
  private static let attempts = 3

  init(
    _ file: PackageFile, _ partial: PartialFile, fetcher: HTTPFetcher, meter: FetchMeter,
    limit: RateLimit?
  ) {
    self.file = file
    self.partial = partial
    self.fetcher = fetcher
    self.meter = meter
    self.limit = limit
  }

  /// Fetches what is missing, and finishes the file.
  ///
  /// - Throws: `ArchiveError` with what the last seed failed of; what was verified stays on disk.
  func run(webSeeds: Bool) async throws {
    let assembly = try PieceAssembly(partial, meter: meter, limit: limit)
    var error: ArchiveError?
    for url in webSeeds ? file.webSeeds : [] where !assembly.isComplete {
      guard let url = HTTPURL(url) else { continue }
      do { try await fetch(url, assembly) } catch let failure as ArchiveError {
        // A full disk is full whoever sends.
        guard [.data, .noInput, .temporary].contains(failure.code) else { throw failure }
        error = error ?? failure
      }
    }
    guard assembly.isComplete else {
      throw error
        ?? ArchiveError(
          .unavailable, "nobody has it", at: ArchiveError.Place(file: file.path.string))
    }
    try partial.finish()
  }

  private func fetch(_ url: HTTPURL, _ assembly: PieceAssembly) async throws {
    var failures = 0
    var mistakes = 0
    while let range = assembly.nextRange() {
      let before = assembly.verifiedBytes
      do {
        _ = try await fetcher.copy(HTTPRequest(url, .bytes(range), limit: UInt64(range.count))) {
          answer in
          guard answer.total.map({ $0 == file.content.size.rawValue }) ?? true else {
            throw otherFile(url)
          }
          assembly.begin(at: answer.offset)
        } write: { bytes in
          try assembly.take(bytes)
        }
      } catch let failure as HTTPFailure {
        assembly.dropUnverified()
        if assembly.verifiedBytes > before { failures = 0 }
        failures += 1
        guard failure.isPassing, failures < Self.attempts else {
          throw failure.error(at: url.string)
        }
        try await Task.sleep(for: Self.pause(failure, failures))
      } catch is WrongPiece {
        mistakes += 1
        guard mistakes < Self.mistakes, file.pieces.isPublished || mistakes < 2 else {
          throw otherFile(url)
        }
      }
    }
  }

  private func otherFile(_ url: HTTPURL) -> ArchiveError {
    ArchiveError(
      .data, "the server has other bytes than the index lists",
      at: ArchiveError.Place(file: url.string),
      advice: "the mirror is damaged or in the middle of an update: try again, or another one")
  }

  private static func pause(_ failure: HTTPFailure, _ failures: Int) -> Duration {
    if case .status(_, let seconds?) = failure { return .seconds(min(seconds, 30)) }
    return .milliseconds(250 << failures)
  }
}
