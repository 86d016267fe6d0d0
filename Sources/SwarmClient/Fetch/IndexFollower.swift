// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// Reads newer indices beside a fetch, which never waits for it.
package struct IndexFollower: Sendable {
  /// How indices are read again.
  package struct Source: Sendable {
    let settings: IndexSettings
    let now: @Sendable () -> ArchiveDate

    /// Reads as `settings` say, whatever suite they name, at the time that `now` says.
    package init(_ settings: IndexSettings, now: @escaping @Sendable () -> ArchiveDate) {
      self.settings = settings
      self.now = now
    }
  }

  private let source: Source?
  private let fetcher: HTTPFetcher
  private let warn: @Sendable (String) -> Void

  init(_ source: Source?, _ fetcher: HTTPFetcher, _ warn: @escaping @Sendable (String) -> Void) {
    self.source = source
    self.fetcher = fetcher
    self.warn = warn
  }

  /// Looks whenever `swarm` wants to, until it is cancelled. What cannot be read leaves everything as it
  /// is, and is told once until it can be read again.
  func run(_ files: [PackageFile], of swarm: RunningSwarm) async {
    guard let source else { return }
    var suites = SuiteRefresh.all(of: files, source.settings, fetcher)
    var isFailing = suites.map { _ in false }
    for await _ in swarm.looks {
      var hasNews = false
      for index in suites.indices {
        do {
          if let update = try await suites[index].look(now: source.now()) {
            swarm.take(update)
            hasNews = true
          }
          isFailing[index] = false
        } catch {
          if Task.isCancelled { return }
          if !isFailing[index] {
            warn("no newer index of \(suites[index].suite), the known one stays in use: \(error)")
          }
          isFailing[index] = true
        }
      }
      swarm.lookEnded(hasNews: hasNews)
    }
  }
}
