// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Glibc
import PeerWire

/// What it costs to say, and to take in, which pieces a peer has.
///
/// Standard input has a line for each set: its name, tab, ranges as `4711-4713`. The argument is how
/// many pieces the torrent has. Prints for each set its pieces, ranges, bytes of `numbered_have` and of
/// a bitfield; then medians of CPU microseconds.
@main
enum BitfieldBench {
  static func main() {
    guard CommandLine.arguments.count == 2, let pieces = UInt32(CommandLine.arguments[1]) else {
      fail("usage: bitfield-bench PIECES <SETS")
    }
    var largest: [PieceRange] = []
    while let line = readLine() {
      let parts = line.split(separator: "\t")
      guard parts.count == 2 else { fail("no set: \(line)") }
      let ranges = parts[1].split(separator: " ").map { range(String($0)) }
      let set = NumberSet(ranges)
      var packed: [UInt8] = []
      PackedRanges.append(set.ranges, to: &packed)
      let bits = set.bitfield(from: 0, count: pieces)
      var again = NumberSet()
      bits.withUnsafeBytes { again.insert(bitfield: $0, from: 0) }
      var read: [PieceRange] = []
      guard again == set, PackedRanges.read(packed, into: &read, limit: .max),
        NumberSet(read) == set
      else { fail("\(parts[0]): another set is read than was written") }
      print(parts[0], set.count, set.ranges.count, packed.count, bits.count, separator: "\t")
      largest = set.ranges
    }
    measure(pieces, largest)
  }

  private static func measure(_ pieces: UInt32, _ ranges: [PieceRange]) {
    let half = NumberSet(
      stride(from: 0, to: pieces, by: 2).map { PieceRange($0, $0) })
    let state = NumberedState(generation: 1, next: pieces, floor: 0)
    let bits = half.bitfield(from: 0, count: pieces)
    var packed: [UInt8] = []
    PackedRanges.append(ranges, to: &packed)
    let bitfield = bits.withUnsafeBytes { message(.bitfield($0)) }
    let have = packed.withUnsafeBytes {
      message(.extended(ExtensionName.numberedHave.rawValue, $0))
    }
    for (name, kind, last, count) in [
      ("standard, bitfield of every other piece", .standard(pieces: pieces), bitfield, half.count),
      ("numbered, bitfield of every other piece", .numbered(state), bitfield, half.count),
      ("numbered, numbered_have of the last set", .numbered(state), have, nil),
    ] as [(String, SwarmKind, [UInt8], Int?)] {
      let bytes = greeting(state) + last
      let times = (0..<501).map { _ in time { connect(bytes, kind) } }.sorted { $0.0 < $1.0 }
      guard count.map({ $0 == times[0].1 }) ?? (times[0].1 > 0) else { fail("\(name): lost some") }
      print(name, times[250].0, separator: "\t")
    }
  }

  /// A peer's handshake and extended handshake.
  private static func greeting(_ state: NumberedState) -> [UInt8] {
    guard let hash = InfoHash(bytes: [UInt8](repeating: 7, count: 20)),
      let id = PeerID(Array("-XX0000-abcdefghijkl".utf8))
    else { fail("no handshake") }
    var bytes: [UInt8] = []
    Handshake(infoHash: hash, peerID: id, features: [.extensions, .fast]).append(to: &bytes)
    var handshake = ExtendedHandshake()
    handshake.numbered = state
    return bytes + handshake.encoded.withUnsafeBytes { message(.extended(0, $0)) }
  }

  private static func message(_ message: Message) -> [UInt8] {
    var bytes: [UInt8] = []
    message.append(to: &bytes)
    return bytes
  }

  /// All of it through a session into a set; how many pieces that has.
  private static func connect(_ bytes: [UInt8], _ kind: SwarmKind) -> Int {
    var session = PeerSession(now: .zero)
    session.begin(kind)
    var has = NumberSet()
    bytes.withUnsafeBytes { bytes in
      var start = 0
      var consumed = 0
      do throws(WireError) {
        while let event = try session.next(
          UnsafeRawBufferPointer(rebasing: bytes[start...]), consumed: &consumed, now: .zero)
        {
          start += consumed
          switch event {
          case .bitfield(let bits): has.insert(bitfield: bits, from: 0)
          case .haveRanges(let ranges): for range in ranges { has.insert(range) }
          default: break
          }
        }
      } catch {
        fail("\(error)")
      }
    }
    return has.count
  }

  /// CPU microseconds, and what came of it.
  private static func time(_ body: () -> Int) -> (Double, Int) {
    let start = microseconds()
    let result = body()
    return (microseconds() - start, result)
  }

  private static func microseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
  }

  private static func range(_ text: String) -> PieceRange {
    let ends = text.split(separator: "-").compactMap { UInt32($0) }
    guard let first = ends.first, let last = ends.last, first <= last else {
      fail("no range: \(text)")
    }
    return PieceRange(first, last)
  }

  private static func fail(_ message: String) -> Never {
    let line = "bitfield-bench: \(message)\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
    exit(70)
  }
}
