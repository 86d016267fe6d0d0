// SPDX-License-Identifier: Apache-2.0

extension ArchiveFixture {
  /// Files of a suite that no index is; they stay as they are whatever happens around them.
  static let otherFiles: [String: [UInt8]] = [
    "main/Contents-amd64.gz": [0x1F, 0x8B, 1, 2, 3],
    "main/i18n/Translation-en.bz2": Array("BZh9 translation".utf8),
    "main/binary-amd64/Release": Array("Archive: stable\nComponent: main\n".utf8),
  ]

  /// Compresses the indices, writes Release and signs it, as an archive's own tools would: each
  /// file is a new one, the Release last. `tamper` may change its text before it is signed.
  public func publish(_ tamper: (inout String) throws -> Void = { _ in }) throws {
    let staging = "\(directory)/staging"
    if Files.exists(staging) { try Files.remove(staging) }
    try writeIndices(to: staging)
    var text = release.head
    for (section, program) in [("MD5Sum", "md5sum"), ("SHA256", "sha256sum")] {
      text += try section + ":\n" + sums(staging, by: program)
    }
    try tamper(&text)
    try Files.write(text, to: "\(staging)/Release")
    try keys.sign(staging, by: signers)
    for index in indices.keys { try Files.remove("\(staging)/\(index)") }
    for path in try Files.all(below: staging).sorted(by: Self.releaseLast) {
      let target = "\(dists)/\(path)"
      try Files.makeDirectory(target.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" })
      try Files.move("\(staging)/\(path)", to: target)
    }
    if signers.isEmpty {
      for name in ["InRelease", "Release.gpg"] where Files.exists("\(dists)/\(name)") {
        try Files.remove("\(dists)/\(name)")
      }
    }
    try Files.remove(staging)
  }

  /// Writes Release with `change`d text over the indices as they lie there, and signs it.
  public func signAgain(_ change: (inout String) throws -> Void) throws {
    var text = try Files.text("\(dists)/Release")
    try change(&text)
    try Files.write(text, to: "\(dists)/Release")
    try keys.sign(dists, by: signers)
  }

  private static func releaseLast(_ a: String, _ b: String) -> Bool {
    (a.contains("Release") ? 1 : 0, a) < (b.contains("Release") ? 1 : 0, b)
  }

  private func writeIndices(to staging: String) throws {
    if hasDifferences {
      try Files.write(
        "SHA256-Current: none\n", to: "\(staging)/main/binary-amd64/Packages.diff/Index")
    }
    for (path, bytes) in Self.otherFiles { try Files.write(bytes, to: "\(staging)/\(path)") }
    let compressors = ["xz": ["xz", "-6"], "gz": ["gzip", "-9n"], "bz2": ["bzip2", "-9"]]
    for (path, bytes) in indices {
      try Files.write(bytes, to: "\(staging)/\(path)")
      for suffix in compressions {
        let compressor = compressors[suffix] ?? []
        let compressed = try Command(compressor + ["-c"], input: bytes).check()
        let damage = damages["\(path).\(suffix)"]
        try Files.write(damage?(compressed) ?? compressed, to: "\(staging)/\(path).\(suffix)")
      }
    }
  }

  private func sums(_ staging: String, by program: String) throws -> String {
    let hashes = try Files.hashes(try Files.all(below: staging), in: staging, by: program)
    return try hashes.sorted { $0.key < $1.key }.map { path, hash in
      let size = "\(try Files.size("\(staging)/\(path)"))"
      return " \(hash) \(String(repeating: " ", count: max(0, 8 - size.count)))\(size) \(path)\n"
    }.joined()
  }
}
