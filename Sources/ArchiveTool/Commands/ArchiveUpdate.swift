// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

/// A mirror's sync, as ftpsync marks it: a file in the archive's root while it goes on.
struct ArchiveUpdate {
  private static let prefix = "Archive-Update-in-Progress-"
  private static let interval = 2

  /// Waits until no sync goes on.
  ///
  /// - Throws: `ArchiveError` (EX_TEMPFAIL) when one still does after `seconds`.
  static func wait(_ archive: String, seconds: Int) async throws {
    var waited = 0
    while let file = try directoryEntries(archive).first(where: { $0.hasPrefix(prefix) }) {
      guard waited < seconds else {
        throw ArchiveError(
          .temporary, "an archive update is in progress",
          at: ArchiveError.Place(file: "\(archive)/\(file)"),
          advice: "run again after it, or remove the file if its process is dead")
      }
      let pause = min(interval, seconds - waited)
      try await Task.sleep(for: .seconds(pause))
      waited += pause
    }
  }
}
