// SPDX-License-Identifier: Apache-2.0

internal import Foundation
private import Glibc

/// Files by path, in the few ways that the tests need them.
public enum Files {
  public static func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FixtureError("cannot read \(path)")
    }
    return [UInt8](data)
  }

  public static func text(_ path: String) throws -> String {
    String(decoding: try read(path), as: UTF8.self)
  }

  /// Writes a new file and puts it in the place of the old one, whose inode stays as it was.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try makeDirectory((path as NSString).deletingLastPathComponent)
    let new = path + ".fixture-new"
    guard FileManager.default.createFile(atPath: new, contents: Data(bytes)),
      rename(new, path) == 0
    else { throw FixtureError("cannot write \(path): \(String(cString: strerror(errno)))") }
  }

  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Writes into the file that is there: same inode, and the time of modification as it was.
  public static func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
    let file = open(path, O_WRONLY)
    guard file >= 0 else { throw FixtureError("cannot open \(path)") }
    defer { close(file) }
    var status = stat()
    fstat(file, &status)
    let count = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(offset)) }
    guard count == bytes.count else { throw FixtureError("cannot write \(path)") }
    let times = [status.st_atim, status.st_mtim]
    futimens(file, times)
  }

  public static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  public static func inode(_ path: String) throws -> UInt64 {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw FixtureError("no \(path)") }
    return UInt64(status.st_ino)
  }

  public static func size(_ path: String) throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FixtureError("no \(path)") }
    return Int(status.st_size)
  }

  public static func remove(_ path: String) throws {
    try FileManager.default.removeItem(atPath: path)
  }

  public static func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  public static func link(_ path: String, to target: String) throws {
    guard symlink(target, path) == 0 else { throw FixtureError("cannot link \(path)") }
  }

  public static func move(_ path: String, to other: String) throws {
    guard rename(path, other) == 0 else { throw FixtureError("cannot move \(path) to \(other)") }
  }

  /// The names in a directory, sorted; empty when it is not there.
  public static func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// A copy that keeps times and links, hard ones too.
  public static func copyTree(_ path: String, to other: String) throws {
    try Command("cp", "-a", path, other).check()
  }

  /// Every regular file below `path`, relative to it, sorted; links to directories not followed.
  public static func all(below path: String) throws -> [String] {
    let list = try Command(["find", ".", "-type", "f", "-printf", "%P\\0"], directory: path).check()
    return list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  /// SHA-256 of files, by the paths given, in hexadecimal.
  public static func hashes(
    _ paths: [String], in directory: String, by program: String = "sha256sum"
  ) throws -> [String: String] {
    guard !paths.isEmpty else { return [:] }
    let output = try Command([program, "-z", "--"] + paths, directory: directory).check()
    var hashes: [String: String] = [:]
    for record in output.split(separator: 0) {
      let text = String(decoding: record, as: UTF8.self)
      guard let space = text.firstIndex(of: " ") else { continue }
      hashes[String(text[text.index(space, offsetBy: 2)...])] = String(text[..<space])
    }
    return hashes
  }
}
