// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

extension ArchiveSite {
  /// As `open`, without waiting for a disk; nil where that would have to be waited for.
  func openCached(_ place: Place) -> Result<OpenFile?, ArchiveError>? {
    guard let path = place.path, let root = root(place) else { return .success(nil) }
    do throws(ArchiveError) {
      switch try root.openCached(path) {
      case .unknown: return nil
      case .missing: return .success(nil)
      case .open(let descriptor): return .success(try OpenFile(descriptor))
      }
    } catch {
      return .failure(error)
    }
  }
}
