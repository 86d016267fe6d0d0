// SPDX-License-Identifier: Apache-2.0

internal import Foundation
private import Synchronization

/// A real package of pseudo-random content; equal values are equal bytes.
public struct DebianPackage: Hashable, Sendable {
  public var name: String
  public var version = "1.0"
  public var architecture = "amd64"
  public var component = "main"
  /// Of the one file in it.
  public var payload = 20_000
  /// More of the control file, whole lines.
  public var fields = ""

  public init(
    _ name: String, _ version: String = "1.0", architecture: String = "amd64",
    component: String = "main", payload: Int = 20_000, fields: String = ""
  ) {
    self.name = name
    self.version = version
    self.architecture = architecture
    self.component = component
    self.payload = payload
    self.fields = fields
  }

  /// Below the archive.
  public var path: String {
    "pool/\(component)/\(name.prefix(1))/\(name)/\(name)_\(version)_\(architecture).deb"
  }

  private static let cache = Mutex<[DebianPackage: String]>([:])

  /// The built package, to be copied.
  func built() throws -> String {
    try Self.cache.withLock { cache in
      if let path = cache[self] { return path }
      let path = try build()
      cache[self] = path
      return path
    }
  }

  private func build() throws -> String {
    let tree = try Scratch.directory("deb")
    defer { Scratch.remove(tree) }
    try Files.write(
      """
      Package: \(name)
      Version: \(version)
      Architecture: \(architecture)
      Maintainer: Nobody <nobody@localhost>
      Section: misc
      Priority: optional
      Multi-Arch: foreign
      Description: a piece of music
       It has no notes.
      \(fields)
      """, to: "\(tree)/DEBIAN/control")
    try Files.write(
      Self.noise(payload, seed: "\(name) \(version)"), to: "\(tree)/usr/share/\(name)/score")
    let path = tree + ".deb"
    try Command(
      ["dpkg-deb", "-Znone", "--root-owner-group", "--build", tree, path],
      environment: ["SOURCE_DATE_EPOCH": "1000000000"]
    ).check()
    return path
  }

  /// Bytes that nothing compresses (xorshift64*).
  public static func noise(_ count: Int, seed: String) -> [UInt8] {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in seed.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      withUnsafeBytes(of: state &* 0x2545_F491_4F6C_DD1D) { bytes.append(contentsOf: $0) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}
