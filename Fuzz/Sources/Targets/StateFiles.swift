// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser

@testable import Publisher

/// Files of the state directory: the manifests of objects and blocks, and a cached block. They are
/// disposable: nothing that is in them may end a run.
func fuzzStateFiles(_ bytes: [UInt8]) {
  let settings = SHA256Digest.zero
  let named = Array("\(settings)\n".utf8) + bytes
  ScratchFile.with(named, name: "objects") { path in
    let manifest = ObjectManifest(path: path, settings: settings)
    for (key, entry) in manifest.entries {
      demand(key == entry.key, "an entry under another key")
      demandSafe(entry.path.string.utf8)
      demandSafe(key.place.utf8)
    }
    let again = ScratchFile.directory + "/again"
    guard !manifest.entries.isEmpty, (try? manifest.write(to: again)) != nil else { return }
    demand(
      ObjectManifest(path: again, settings: settings).entries == manifest.entries,
      "it is read as another")
  }
  block(bytes)
  ScratchFile.with(bytes, name: "fuzz.manifest") { _ in
    let cache = BlockCache(directory: ScratchFile.directory + "/none")
    let manifest = BlockManifest(directory: ScratchFile.directory, name: "fuzz")
    demand((try? manifest.replace(by: ["a"], in: cache, isPartial: true)) != nil, "no manifest")
  }
}

/// A cached block, as it is and with a sum that is right.
private func block(_ bytes: [UInt8]) {
  let cache = BlockCache(directory: ScratchFile.directory)
  let name = BlockCache.name(.zero, .gzip)
  let whole = ScratchFile.with(bytes, name: name) { _ in cache.block(.zero, .gzip) }
  guard let sum = try? SHA256Digest.hashing(bytes) else { return }
  let file = Array("archive-tool block 1\n".utf8) + sum.bytes + bytes
  let block = ScratchFile.with(file, name: name) { _ in cache.block(.zero, .gzip) }
  demand((block != nil) == (bytes.count >= 16), "a block that is not taken")
  demand(block.map { $0.bytes == Array(bytes[16...]) } ?? true, "other bytes")
  if whole != nil { demand(bytes.count > 32, "a block without a sum") }
}
