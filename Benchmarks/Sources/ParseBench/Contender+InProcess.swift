// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import CLineScan
import PackagesParser

extension Contender {
  /// Our readers and the C loop, over bytes in memory.
  static func inProcess(_ bytes: [UInt8]) -> [Contender] {
    let scan = "C: five fields"
    let decode = "C: five fields, size, digest"
    return [
      Contender(scan) { timed { cScan(bytes, decode: false) } },
      Contender("StanzaReader: five fields", comparedWith: [scan, pythonName, dctrlName]) {
        timed { stanzaReader(bytes) }
      },
      Contender(decode) { timed { cScan(bytes, decode: true) } },
      Contender("PackagesIndex: all its checks", comparedWith: [decode, pythonName, dctrlName]) {
        timed { packagesIndex(bytes) }
      },
    ]
  }

  private static func cScan(_ bytes: [UInt8], decode: Bool) -> Sums {
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return Sums() }
      let sums = base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
        scan_packages($0, buffer.count, decode ? 1 : 0)
      }
      return Sums(
        stanzas: sums.stanzas, fields: sums.fields, valueBytes: sums.value_bytes,
        size: decode ? sums.size : nil, digests: decode ? sums.digests : nil)
    }
  }

  private static let table = FieldTable(["Package", "Architecture", "Filename", "Size", "SHA256"])

  private static func stanzaReader(_ bytes: [UInt8]) -> Sums {
    var sums = Sums()
    let reader = StanzaReader(MemorySource(bytes, name: "Packages"), table: table)
    do {
      while try reader.next() {
        sums.stanzas += 1
        for position in 0..<5 {
          guard let value = reader.value(position) else { continue }
          sums.fields += 1
          sums.valueBytes += UInt64(value.count)
        }
      }
    } catch {
      print(error)
    }
    return sums
  }

  private static func packagesIndex(_ bytes: [UInt8]) -> Sums {
    var sums = Sums()
    var (sizes, digests): (UInt64, UInt64) = (0, 0)
    var index = PackagesIndex(MemorySource(bytes, name: "Packages"))
    do {
      while let entry = try index.next() {
        sums.stanzas += 1
        // Decoded and checked: were a field absent, `next` would have thrown.
        sums.fields += 5
        let size = entry.content.size.rawValue
        sizes &+= size
        digests &+= entry.content.sha256.folded
        sums.valueBytes += UInt64(
          entry.package.count + entry.architecture.count + entry.filename.count + 64
            + digits(size))
      }
    } catch {
      print(error)
    }
    sums.size = sizes
    sums.digests = digests
    return sums
  }

  private static func digits(_ number: UInt64) -> Int {
    var count = 1
    var rest = number
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    return count
  }
}

extension SHA256Digest {
  /// All four words in one, so that a wrong digit anywhere shows.
  fileprivate var folded: UInt64 {
    withUnsafeBytes { bytes in
      (0..<4).reduce(0) { folded, index in
        let word = bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
        return folded ^ UInt64(bigEndian: word)
      }
    }
  }
}
