// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
private import Glibc
package import Publisher

/// A file of an archive, as far as numbers and sizes go.
package struct SimulatedFile: Hashable, Sendable {
  package let path: ArchivePath
  package let size: ByteCount

  package init(path: ArchivePath, size: ByteCount) {
    self.path = path
    self.size = size
  }

  /// The files of real indices, each path once and none that is empty.
  package static func files(_ files: [PackageFile]) -> [SimulatedFile] {
    var paths: Set<ArchivePath> = []
    return files.filter { $0.content.size != .zero && paths.insert($0.path).inserted }
      .map { SimulatedFile(path: $0.path, size: $0.content.size) }
  }

  /// `count` files that do not exist, with sizes of a log-normal distribution.
  ///
  /// Its median of 59 kB and deviation of 2.5 (of the natural logarithm) are those of Debian's main for
  /// amd64 in 2023: 90 % below 1.45 MB, 99 % below 20 MB, 81 % at most 512 KiB. Sizes are cut at 600
  /// bytes, which any package has, and 1.54 GB, the largest there.
  package static func drawn(_ count: Int, seed: UInt64) -> [SimulatedFile] {
    var random = SimulationRandom(seed: seed)
    return (0..<max(0, count)).compactMap { number in
      let size = median * exp(deviation * random.normal())
      return made("drawn", number, size: ByteCount(UInt64(min(max(size, smallest), largest))))
    }
  }

  /// A file that does not exist, of a package of its own.
  static func made(_ word: String, _ number: Int, size: ByteCount) -> SimulatedFile? {
    let digits = String(number)
    let name = "\(word)-\(String(repeating: "0", count: max(0, 6 - digits.utf8.count)))\(digits)"
    let path = try? ArchivePath("pool/main/\(word.prefix(1))/\(name)/\(name)_1.0-1_amd64.deb")
    return path.map { SimulatedFile(path: $0, size: size) }
  }

  private static let median = 59_000.0
  private static let deviation = 2.5
  private static let smallest = 600.0
  private static let largest = 1.54e9
}
