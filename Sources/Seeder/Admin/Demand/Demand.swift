// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Which packages are wanted most, and which go out most slowly: of the day under way and the one
/// before it.
struct Demand: Sendable {
  /// One day's.
  private struct Day: Sendable {
    var began: ArchiveDate
    var wanted = TopFiles(capacity: Demand.kept) { $0.requests }
    /// By the time that was spent on sending them.
    var slow = TopFiles(capacity: Demand.kept) { $0.nanoseconds }

    init(began: ArchiveDate) { self.began = began }
  }

  /// A package with what was asked of it.
  struct Line: Hashable, Sendable {
    var path: ArchivePath
    var demand: FileDemand
    /// By how much the requests may be too many.
    var error: UInt64 = 0
  }

  /// Files kept of each list and day.
  private static let kept = 1024
  private static let day: Int64 = 86_400
  /// A rate is told only of so many bytes: what fits into socket buffers goes out at once.
  static let leastTimedBytes: UInt64 = 1 << 20

  private var today: Day
  private var yesterday: Day?

  init(now: ArchiveDate) { today = Day(began: now) }

  /// Since when is counted.
  var since: ArchiveDate { yesterday?.began ?? today.began }

  /// Adds what was asked for since the last call.
  mutating func add(_ files: [ArchivePath: FileDemand], now: ArchiveDate) {
    if now.seconds - today.began.seconds >= Self.day {
      yesterday = now.seconds - today.began.seconds < 2 * Self.day ? today : nil
      today = Day(began: now)
    }
    today.wanted.add(files)
    today.slow.add(files)
  }

  private func all(_ list: any Sendable & KeyPath<Day, TopFiles>) -> [Line] {
    var lines: [ArchivePath: Line] = [:]
    for day in [today, yesterday] {
      for (path, entry) in day?[keyPath: list].entries ?? [:] {
        var line = lines[path] ?? Line(path: path, demand: FileDemand())
        line.demand += entry.demand
        line.error += entry.error
        lines[path] = line
      }
    }
    return Array(lines.values)
  }

  /// The most wanted, the first first.
  func wanted(_ count: Int) -> [Line] {
    all(\.wanted).map { line in
      var line = line
      line.demand.requests += line.error
      return line
    }
    .sorted {
      $0.demand.requests != $1.demand.requests
        ? $0.demand.requests > $1.demand.requests : $0.path < $1.path
    }
    .prefix(count).map(\.self)
  }

  /// Of the packages that took most time to send, those with the lowest rate, the slowest first.
  func slowest(_ count: Int) -> [Line] {
    all(\.slow).filter { $0.demand.timedBytes >= Self.leastTimedBytes }
      .sorted { a, b in
        let (x, y) = (a.demand.rate ?? 0, b.demand.rate ?? 0)
        return x != y ? x < y : a.path < b.path
      }
      .prefix(count).map(\.self)
  }
}
