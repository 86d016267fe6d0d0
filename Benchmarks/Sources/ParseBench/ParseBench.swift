// SPDX-License-Identifier: Apache-2.0

import Glibc
import PackagesParser

/// Measures how fast a Packages index is read, beside C, python-apt and grep-dctrl.
///
/// CPU seconds, not seconds on the clock: other programs on the machine disturb them less. Each
/// round runs every contender once, so that a slow minute slows them all.
@main
enum ParseBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let path = arguments.first, let bytes = try? contents(of: path) else {
      print("usage: parse-bench PACKAGES [ROUNDS]  (an uncompressed index)")
      exit(64)
    }
    let rounds = arguments.dropFirst().first.flatMap { Int($0) } ?? 11
    var contenders = Contender.inProcess(bytes) + Contender.foreign(path)
    for _ in 0..<rounds {
      for index in contenders.indices { contenders[index].run() }
    }
    report(contenders, bytes: bytes.count, rounds: rounds)
  }

  private static func report(_ contenders: [Contender], bytes: Int, rounds: Int) {
    let stanzas = contenders.first?.sums?.stanzas ?? 0
    print("\(bytes) bytes, \(stanzas) stanzas, medians of \(rounds) interleaved rounds, CPU time\n")
    let rates = contenders.map { contender in
      contender.median.map { Double(bytes) / $0 / 1e9 }
    }
    print("                                        GB/s   ratio to")
    for (contender, rate) in zip(contenders, rates) {
      guard let rate else {
        print(padded(contender.name, 38) + "   not installed")
        continue
      }
      var line = padded(contender.name, 38) + decimal(rate, 6, places: 3)
      for (other, otherRate) in zip(contenders, rates) {
        guard let otherRate, contender.comparedWith.contains(other.name) else { continue }
        line += "   \(other.name): " + decimal(rate / otherRate, 0, places: 2)
      }
      print(line)
    }
    for (one, other) in disagreements(contenders) { print("\n\(one)\n  disagrees with\n\(other)") }
  }

  /// All must have found the same, or their times mean nothing.
  private static func disagreements(_ contenders: [Contender]) -> [(String, String)] {
    let found = contenders.compactMap { contender in contender.sums.map { (contender.name, $0) } }
    return found.indices.flatMap { first in
      found[..<first].filter { !$0.1.agrees(with: found[first].1) }
        .map { ("\(found[first])", "\($0)") }
    }
  }
}

private func contents(of path: String) throws -> [UInt8] {
  guard let file = fopen(path, "r") else { throw POSIXFailure() }
  defer { fclose(file) }
  var status = stat()
  guard fstat(fileno(file), &status) == 0 else { throw POSIXFailure() }
  let size = Int(status.st_size)
  return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    count = fread(buffer.baseAddress, 1, size, file)
  }
}

private struct POSIXFailure: Error {}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

private func decimal(_ value: Double, _ width: Int, places: Int) -> String {
  let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
  let rounded = Int((value * Double(scale)).rounded())
  let fraction = String(rounded % scale)
  let text =
    "\(rounded / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
  return String(repeating: " ", count: max(0, width - text.count)) + text
}
