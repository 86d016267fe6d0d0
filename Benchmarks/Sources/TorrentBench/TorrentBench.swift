// SPDX-License-Identifier: Apache-2.0

import Glibc
import TorrentMetadata

/// Prints the milliseconds of the fastest of ROUNDS that read the torrent FILE: bencode alone, and
/// all of it with every check.
@main
enum TorrentBench {
  static func main() throws {
    guard CommandLine.arguments.count == 3, let rounds = Int(CommandLine.arguments[2]) else {
      print("usage: torrent-bench FILE ROUNDS")
      exit(64)
    }
    let bytes = read(CommandLine.arguments[1])
    let bencode = try fastest(rounds) { _ = try BencodeDocument(bytes, name: "torrent") }
    let metainfo = try fastest(rounds) { _ = try Metainfo(bytes, name: "torrent") }
    print(bencode, metainfo)
  }

  private static func fastest(_ rounds: Int, _ body: () throws -> Void) rethrows -> Double {
    var best = Duration.seconds(1 << 30)
    for _ in 0..<rounds { best = min(best, try ContinuousClock().measure(body)) }
    return best / .milliseconds(1)
  }

  private static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else {
      print("torrent-bench: cannot open \(path)")
      exit(66)
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }
}
