// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Where a metalink is being read, and how its values are.
struct MetalinkContext {
  /// What the document is called in messages.
  let name: String
  let limits: MetadataLimits
  /// Counted from 1.
  var line: UInt64 = 1

  func failure(_ reason: String) -> ArchiveError {
    ArchiveError(.data, reason, at: ArchiveError.Place(file: name, line: line))
  }

  func path(_ text: String, of what: String) throws(ArchiveError) -> ArchivePath {
    do throws(ArchivePath.Defect) { return try ArchivePath(text) } catch {
      throw failure("\(what): \(error)")
    }
  }

  func url(_ text: String) throws(ArchiveError) -> AbsoluteURL {
    guard let url = AbsoluteURL(text) else { throw failure("'\(text.excerpt)', expected a URL") }
    return url
  }

  /// A number of digits alone.
  func number(_ text: String?, of what: String) throws(ArchiveError) -> UInt64 {
    guard let text, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text)
    else { throw failure("\(what) is '\((text ?? "").excerpt)', expected a number") }
    return number
  }
}
