// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser

@testable import Publisher

/// A policy, and which of two files it chooses.
func fuzzTorrentPolicy(_ bytes: [UInt8]) {
  guard let policy = try? TorrentPolicy(String(decoding: bytes, as: UTF8.self)) else { return }
  demand(
    !policy.alternatives.isEmpty && policy.alternatives.allSatisfy { !$0.isEmpty },
    "a policy that asks nothing")
  _ = policy.needsPopularity
  // fnmatch(3) may take time exponential in the number of stars.
  guard bytes.count(where: { $0 == 0x2A }) < 8 else { return }
  let list = try? Popularity(Array("1 bash 100\n2 games-x 50\n".utf8), file: "list")
  guard let choice = try? Choice(policy, of: files, popularity: list) else { return }
  demand(Set(choice.chosen).isSubset(of: Set(files.indices)), "a file that is not there")
}

private let files: [PackageFile] = {
  var files: [PackageFile] = []
  for (name, size) in [("bash", 6_000_000 as UInt64), ("games-x", 1 << 44)] {
    guard let path = try? ArchivePath("pool/\(name).deb"),
      let location = IndexLocation(path: "main/binary-amd64/Packages")
    else { continue }
    files.append(
      PackageFile(
        package: name, architecture: "amd64", path: path,
        content: ContentID(sha256: .zero, size: ByteCount(size)), location: location,
        section: "non-free/games", priority: "optional"))
  }
  return files
}()
