// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
private import Glibc

/// How many descriptors the process may have.
package enum DescriptorLimit {
  /// What a daemon cannot do with less.
  package static let daemonDescriptors = 128

  /// Lets it have as many as it may ask for: each connection and each open file needs one.
  ///
  /// - Throws: `ArchiveError` (EX_OSERR) where these are fewer than a daemon needs.
  /// - Returns: how many they are.
  package static func raiseForDaemon() throws(ArchiveError) -> Int {
    let count = raise()
    guard count >= daemonDescriptors else {
      throw ArchiveError(
        .system, "\(count) open files are too few: expected \(daemonDescriptors) or more",
        advice: "let it have more (ulimit -n, LimitNOFILE=)")
    }
    return count
  }

  /// Lets the process have as many as it may ask for; returns how many they are.
  private static func raise() -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    // What Linux gives to a process of which nobody has said anything.
    guard getrlimit(resource, &limit) == 0 else { return 1024 }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
    getrlimit(resource, &limit)
    return Int(clamping: limit.rlim_cur)
  }

  /// What starting another program takes at most, pipes, its memory and what watches it.
  package static let processDescriptors = 24

  /// Fails now where `count` descriptors are not to be had: some libraries do not survive it later.
  ///
  /// - Throws: `ArchiveError` (EX_OSERR), for which `action` on `path` was wanted.
  package static func require(
    _ count: Int, to action: String, _ path: String
  ) throws(ArchiveError) {
    var numbers: [CInt] = []
    defer { for number in numbers { close(number) } }
    for _ in 0..<count {
      let number = open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard number >= 0 else { throw .system(errno, action, path) }
      numbers.append(number)
    }
  }
}
