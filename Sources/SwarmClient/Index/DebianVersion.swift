// SPDX-License-Identifier: Apache-2.0

/// A package version, ordered as dpkg orders them (Debian policy 5.6.12).
package struct DebianVersion: Hashable, Sendable {
  /// The version as it came.
  package let string: String

  /// Takes `string` as it is.
  package init(_ string: String) { self.string = string }

  /// Epoch, upstream version and revision.
  private var parts: (epoch: UInt64, upstream: Substring.UTF8View, revision: Substring.UTF8View) {
    var rest = string[...]
    var epoch: UInt64 = 0
    if let colon = rest.firstIndex(of: ":") {
      epoch = UInt64(rest[..<colon]) ?? 0
      rest = rest[rest.index(after: colon)...]
    }
    guard let hyphen = rest.lastIndex(of: "-") else { return (epoch, rest.utf8, Substring().utf8) }
    return (epoch, rest[..<hyphen].utf8, rest[rest.index(after: hyphen)...].utf8)
  }

  /// Compares runs of other characters and runs of digits in turn.
  private static func compare(_ a: Substring.UTF8View, _ b: Substring.UTF8View) -> Int {
    var (a, b) = (a, b)
    while !a.isEmpty || !b.isEmpty {
      while a.first.map({ !isDigit($0) }) ?? false || b.first.map({ !isDigit($0) }) ?? false {
        let (x, y) = (order(a.first), order(b.first))
        if x != y { return x - y }
        a = a.dropFirst()
        b = b.dropFirst()
      }
      let (x, y) = (digits(&a), digits(&b))
      // Without leading zeros the longer number is the larger.
      if x.count != y.count { return x.count - y.count }
      for (left, right) in zip(x, y) where left != right { return Int(left) - Int(right) }
    }
    return 0
  }

  /// `~` before the end, the end (and a digit) before letters, letters before all others.
  private static func order(_ byte: UInt8?) -> Int {
    switch byte {
    case nil: 0
    case 0x7E: -1
    case let byte? where isDigit(byte): 0
    case let byte? where (0x61...0x7A).contains(byte | 0x20): Int(byte)
    case let byte?: Int(byte) + 256
    }
  }

  private static func digits(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
    let run = text.prefix(while: isDigit)
    text = text.dropFirst(run.count)
    return run.drop { $0 == 0x30 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension DebianVersion: Comparable {
  package static func < (a: DebianVersion, b: DebianVersion) -> Bool {
    let (x, y) = (a.parts, b.parts)
    if x.epoch != y.epoch { return x.epoch < y.epoch }
    let upstream = compare(x.upstream, y.upstream)
    return upstream == 0 ? compare(x.revision, y.revision) < 0 : upstream < 0
  }
}
