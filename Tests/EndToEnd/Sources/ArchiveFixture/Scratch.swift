// SPDX-License-Identifier: Apache-2.0

internal import Foundation
private import Glibc
private import Synchronization

/// The directory in which one process of tests makes everything, gone when it ends.
public enum Scratch {
  /// Short, for gpg's sockets must fit into 108 bytes.
  public static let root: String = {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/e2e-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      fatalError("no temporary directory: \(String(cString: strerror(errno)))")
    }
    atexit { Scratch.clear() }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()

  private static let count = Mutex(0)

  /// A new empty directory.
  public static func directory(_ name: String = "t") throws -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let path = "\(root)/\(name)\(number)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// Removes what a test made; what does not go away is no failure of the test.
  public static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }

  private static func clear() {
    // KEEP=1 leaves everything to be looked at.
    guard getenv("KEEP") == nil else { return }
    let home = "\(root)/gnupg"
    if access(home, F_OK) == 0 {
      _ = try? Command("gpgconf", "--homedir", home, "--kill", "all").run()
    }
    remove(root)
  }

  /// A file without a name that holds `bytes`, positioned at its start.
  static func file(_ bytes: [UInt8] = []) throws -> Int32 {
    var path = Array("\(root)/file-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    guard file >= 0 else { throw FixtureError("mkstemp: \(String(cString: strerror(errno)))") }
    unlink(path)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        pwrite(file, $0.baseAddress, $0.count, off_t(offset))
      }
      guard count > 0 else {
        close(file)
        throw FixtureError("write: \(String(cString: strerror(errno)))")
      }
      offset += count
    }
    return file
  }

  /// All that such a file holds.
  static func contents(of file: Int32) -> [UInt8] {
    var status = stat()
    guard fstat(file, &status) == 0, status.st_size > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    return Array(bytes.prefix(max(0, count)))
  }
}
