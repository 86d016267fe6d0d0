// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Glibc

extension ArchiveError {
  /// The error of a failed system call: `errno` said while `action` was tried on `path`.
  package static func system(
    _ number: CInt = errno, _ action: String, _ path: String
  ) -> ArchiveError {
    let reason = "cannot \(action): \(String(cString: strerror(number)))"
    let place = Place(file: path)
    switch number {
    case ENOSPC, EDQUOT:
      return ArchiveError(.io, reason, at: place, advice: "free some space and run again")
    case EROFS:
      return ArchiveError(.cannotCreate, reason, at: place, advice: "mount it writable")
    case EACCES, EPERM:
      return ArchiveError(.permission, reason, at: place, advice: "check owner and mode")
    case ENOENT, ENOTDIR: return ArchiveError(.noInput, reason, at: place)
    case EXDEV:
      return ArchiveError(.data, "a symbolic link leads out of the archive", at: place)
    // A link to itself, or a name that no file system has: what names such a file is wrong.
    case ELOOP, ENAMETOOLONG: return ArchiveError(.data, reason, at: place)
    case EMFILE, ENFILE:
      return ArchiveError(
        .system, reason, at: place,
        advice: "let it have more open files (ulimit -n, LimitNOFILE=)")
    case EAGAIN: return ArchiveError(.temporary, reason, at: place, advice: "try again")
    case EIO: return ArchiveError(.io, reason, at: place, advice: "check the disk")
    default: return ArchiveError(.system, reason, at: place)
    }
  }
}
