// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import Ledger
internal import PackagesParser

/// Looks at every file that the published Release lists, by its path and by its hash.
struct ListedFiles {
  let published: PublishedSuite
  let ledger: Ledger
  private(set) var findings: [Finding] = []
  private(set) var checked = 0
  /// Listed files whose bytes are right.
  private(set) var sound: Set<String> = []

  init(_ published: PublishedSuite, ledger: Ledger) {
    self.published = published
    self.ledger = ledger
  }

  mutating func check() throws {
    for (path, content) in published.release.files.sorted(by: { $0.key < $1.key }) {
      check(path, content)
    }
    try checkByHash()
  }

  private mutating func check(_ path: String, _ content: ContentID) {
    let place = published.path(path)
    let (base, compression) = Compression.split(path[...])
    do throws(ArchiveError) {
      guard let file = try published.open(path) else {
        if mustBeThere(path, compression) {
          findings.append(
            Finding(
              .missingFile, place, "is not there, Release lists it with \(content.size) bytes"))
        }
        return
      }
      checked += 1
      let size = ByteCount(UInt64(clamping: try file.status().st_size))
      guard size == content.size else {
        findings.append(
          wrong(path, "has \(size) bytes, Release lists \(content.size)"))
        return
      }
      let found = try file.sha256()
      guard found == content.sha256 else {
        findings.append(
          wrong(path, "has SHA-256 \(found), Release lists \(content.sha256)"))
        return
      }
      // What is no index may be anything, whatever its name ends in.
      let isOurs = IndexLocation(path: base) != nil || base.hasSuffix("-pieces")
      try FileDigest.drain(
        VerifiedFile(
          file, compression: isOurs ? compression : .none, compressedAs: content,
          plainAs: isOurs && compression != .none ? published.plain(String(base)) : nil))
      sound.insert(path)
    } catch {
      let isDisk = error.code == .io || error.code == .permission
      findings.append(wrong(path, error.reason, code: isDisk ? error.code : nil))
    }
  }

  /// In place, an index that was extended is the only one there is.
  private func wrong(_ path: String, _ problem: String, code: ExitCode? = nil) -> Finding {
    let isTheirs = published.isInPlace && !path.hasSuffix("-pieces.gz")
    return Finding(
      .wrongFile, published.path(path), problem,
      advice: isTheirs ? "export the archive again by its own software, then run hash" : nil,
      code: code)
  }

  /// In place, much is listed that the archive does not have; what is ours is there.
  private func mustBeThere(_ path: String, _ compression: Compression) -> Bool {
    path.hasSuffix("-pieces.gz") || !published.isInPlace && compression != .none
  }

  /// Every name that the ledger claimed, and every name that Release promises.
  private mutating func checkByHash() throws {
    let ours = try ledger.byHashFiles(of: published.suite, output: published.output)
    var promised: [String: String] = [:]
    for (path, content) in published.release.files where sound.contains(path) {
      let (base, compression) = Compression.split(path[...])
      guard compression != .none, IndexLocation(path: base) != nil || base.hasSuffix("-pieces")
      else { continue }
      let directory = path.lastIndex(of: "/").map { path[...$0] } ?? ""
      let name = "\(directory)by-hash/SHA256/\(content.sha256)"
      // In place, there are indices that no run of ours was asked to extend.
      if !published.isInPlace || ours[name] != nil { promised[name] = path }
    }
    for name in Set(ours.keys).union(promised.keys).sorted() {
      checkByHash(name, of: promised[name])
    }
  }

  /// Looks at one by-hash name, of the listed file `path` or of one that was listed earlier.
  private mutating func checkByHash(_ name: String, of path: String?) {
    let place = published.path(name)
    let words = name.split(separator: "/")
    guard let hash = words.last.flatMap({ Hex.decode(String($0)) }),
      let directory = words.dropLast().last,
      let algorithm = DigestAlgorithm(directory: directory)
    else { return }
    do throws(ArchiveError) {
      guard let file = try published.open(name) else {
        if let path {
          findings.append(
            Finding(.byHash, place, "is not there, the by-hash name of \(path)"))
        }
        return
      }
      checked += 1
      if let path, try isSameFile(file, as: path) { return }
      let found = try file.digest(algorithm)
      if found != hash {
        findings.append(
          Finding(.byHash, place, "has \(directory) \(Hex.string(found)), its name says another"))
      }
    } catch {
      findings.append(Finding(.byHash, error, file: place))
    }
  }

  private func isSameFile(
    _ file: borrowing Descriptor, as path: String
  ) throws(ArchiveError) -> Bool {
    guard let other = try published.open(path) else { return false }
    let (a, b) = (try file.status(), try other.status())
    return a.st_ino == b.st_ino && a.st_dev == b.st_dev
  }
}

extension DigestAlgorithm {
  /// The algorithm of a directory below by-hash.
  init?(directory: Substring) {
    switch directory {
    case "MD5Sum": self = .md5
    case "SHA1": self = .sha1
    case "SHA256": self = .sha256
    case "SHA512": self = .sha512
    default: return nil
    }
  }
}
