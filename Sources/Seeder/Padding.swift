// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
private import CLinux
private import Glibc

/// Padding of torrents (BEP 47), which some clients ask web seeds for as if it were files:
/// `.pad/<n>` in any directory is n zeros, for it lies below the torrent's name.
package enum Padding {
  /// No padding is as long as a piece, and no piece of a set is longer.
  package static let maximumSize: UInt64 = 64 << 20

  /// How many zeros `path` stands for; nil for other paths.
  package static func size(of path: ArchivePath) -> UInt64? {
    let parts = path.string.utf8.split(separator: 0x2F).suffix(2)
    guard parts.count == 2, let first = parts.first, first.elementsEqual(".pad".utf8),
      let digits = parts.last, digits.first != 0x30,
      digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let size = UInt64(String(Substring(digits))), size <= maximumSize
    else { return nil }
    return size
  }

  /// A file of `size` zeros that is nowhere and takes no memory.
  ///
  /// - Throws: `ArchiveError` where the system refuses one.
  package static func open(size: UInt64) throws(ArchiveError) -> Descriptor {
    let number = archive_memory_file("padding")
    guard number >= 0 else { throw .system(errno, "create", "padding") }
    let file = Descriptor(owning: number, path: "padding")
    guard ftruncate(number, off_t(size)) == 0 else { throw .system(errno, "create", "padding") }
    return file
  }
}
