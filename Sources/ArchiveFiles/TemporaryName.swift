// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Names of files that are being written: `NAME.PID.new` becomes `NAME` when it is whole. What a
/// killed process left bears a PID that nobody has.
package enum TemporaryName {
  private static let suffix = ".new"

  /// The name under which this process writes what will be `path`.
  package static func of(_ path: String) -> String { "\(path).\(getpid())\(suffix)" }

  /// Removes what processes left in `directory` that are no more.
  ///
  /// - Parameters:
  ///   - directory: looked at alone, without what is below it; it need not exist.
  ///   - isOurs: whether a file would have been this program's, by the name that it was to get.
  package static func removeAbandoned(
    in directory: String, where isOurs: (Substring) -> Bool = { _ in true }
  ) {
    guard let names = try? directoryEntries(directory) else { return }
    for name in names {
      guard let (final, process) = parts(of: name), isOurs(final) else { continue }
      if kill(process, 0) != 0, errno == ESRCH { unlink("\(directory)/\(name)") }
    }
  }

  /// What a file was to be called, and which process wrote it.
  private static func parts(of name: String) -> (final: Substring, process: pid_t)? {
    guard name.hasSuffix(suffix) else { return nil }
    let rest = name.dropLast(suffix.utf8.count)
    guard let dot = rest.lastIndex(of: "."), dot != rest.startIndex,
      let process = pid_t(rest[rest.index(after: dot)...]), process > 0
    else { return nil }
    return (rest[..<dot], process)
  }
}
