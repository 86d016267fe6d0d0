// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// How many descriptors the process may have.
package enum DescriptorLimit {
  /// Lets it have as many as it may ask for: each connection and each open file needs one. Returns
  /// how many that are.
  @discardableResult
  package static func raise() -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    // What Linux gives to a process of which nobody has said anything.
    guard getrlimit(resource, &limit) == 0 else { return 1024 }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
    getrlimit(resource, &limit)
    return Int(clamping: limit.rlim_cur)
  }
}
