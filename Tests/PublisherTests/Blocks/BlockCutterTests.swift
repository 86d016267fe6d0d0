// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Publisher

@Suite("The cutting of an index into blocks")
struct BlockCutterTests {
  /// One package of an index: its name decides where blocks end, its size when they may.
  private struct Package: Hashable {
    let name: [UInt8]
    var size: Int
    var version = 0

    init(_ name: String, size: Int) {
      self.name = Array(name.utf8)
      self.size = size
    }
  }

  /// 20,000 packages of about 1,000 bytes, in the order of their names.
  private static let packages: [Package] = {
    var generator = SeededGenerator(seed: 42)
    return (0..<20_000).map { number in
      Package("package-\(number + 100_000)", size: .random(in: 400...1600, using: &generator))
    }
  }()

  private func blocks(_ packages: [Package]) -> [ArraySlice<Package>] {
    var blocks: [ArraySlice<Package>] = []
    var (start, size) = (0, 0)
    for (index, package) in packages.enumerated() {
      size += package.size
      if endsBlock(size, package.name) {
        blocks.append(packages[start...index])
        (start, size) = (index + 1, 0)
      }
    }
    return start == packages.count ? blocks : blocks + [packages[start...]]
  }

  private func endsBlock(_ size: Int, _ name: [UInt8]) -> Bool {
    name.withUnsafeBytes { BlockCutter.endsBlock(size: size, name: $0) }
  }

  @Test("keeps to its smallest and largest size")
  func bounds() {
    for package in Self.packages.prefix(5000) {
      #expect(!endsBlock(BlockCutter.minimum - 1, package.name))
      #expect(endsBlock(BlockCutter.maximum, package.name))
    }
    let ends = Self.packages.count { endsBlock(BlockCutter.minimum, $0.name) }
    // One in 512 of 20,000 are 39.
    #expect((20...60).contains(ends))
  }

  @Test("loses nothing")
  func whole() {
    let blocks = blocks(Self.packages)
    #expect(blocks.count > 10)
    #expect(blocks.joined().count == Self.packages.count)
  }

  @Test("changes one block when one package has a new version")
  func newVersion() {
    let before = blocks(Self.packages)
    for index in stride(from: 0, to: Self.packages.count, by: 2111) {
      var packages = Self.packages
      packages[index].version += 1
      let after = blocks(packages)
      #expect(after.map(\.count) == before.map(\.count))
      #expect(zip(before, after).count { $0 != $1 } == 1)
    }
  }

  @Test("changes few blocks when stanzas grow, shrink, come and go")
  func neighbourhood() {
    let before = Set(blocks(Self.packages))
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      var packages = Self.packages
      let index = Int.random(in: 0..<packages.count, using: &generator)
      switch UInt8.random(in: 0..<3, using: &generator) {
      case 0: packages[index].size += .random(in: 1...500, using: &generator)
      case 1: packages.remove(at: index)
      default: packages.insert(Package("new-\(index)", size: 900), at: index)
      }
      // Its own block, seldom the next ones, until both cuts meet again.
      #expect(blocks(packages).count { !before.contains($0) } <= 4)
    }
  }

  @Test("does not depend on the machine: these names end a block, those do not")
  func stable() {
    // FNV-1a and its mix reckoned by Python over "name-0" to "name-9999".
    let ends = (0..<10_000).filter { endsBlock(BlockCutter.minimum, Array("name-\($0)".utf8)) }
    #expect(ends == Self.expected)
  }

  private static let expected = [
    123, 444, 908, 1481, 1614, 2120, 2366, 2483, 2651, 3343, 3540, 3672, 3946, 4304, 4999, 5217,
    5992, 6646, 6975, 7639, 8499, 9070, 9585,
  ]
}
