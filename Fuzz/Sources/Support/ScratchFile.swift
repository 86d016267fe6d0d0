// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The one file of this process for parsers that take a path.
enum ScratchFile {
  static let directory: String = {
    var template = Array("/dev/shm/archive-tool-fuzz.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no scratch directory") }
    atexit { ScratchFile.remove() }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()

  /// Writes `bytes` under `name` and lends the path.
  static func with<T>(_ bytes: [UInt8], name: String = "input", _ body: (String) -> T) -> T {
    let path = "\(directory)/\(name)"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    demand(file >= 0 && write(file, bytes, bytes.count) == bytes.count, "cannot write \(path)")
    close(file)
    return body(path)
  }

  private static func remove() {
    guard let list = opendir(directory) else { return }
    defer { closedir(list) }
    while let entry = readdir(list) {
      withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          _ = unlinkat(dirfd(list), name, 0)
        }
      }
    }
    rmdir(directory)
  }
}
