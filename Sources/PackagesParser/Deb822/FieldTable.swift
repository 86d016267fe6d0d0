// SPDX-License-Identifier: Apache-2.0

/// The fields a reader wants of each stanza, by position: names are case-insensitive (policy 5.1).
public final class FieldTable: Sendable {
  /// The names, in the order of their positions.
  public let names: [String]

  // For each pair of first bytes the first candidate, or `Candidate.none`.
  private let first: [Int32]
  private let candidates: [Candidate]
  // What of names does not fit into a candidate.
  private let tails: [FoldedWord]

  /// Wants `names`, which are ASCII.
  public init(_ names: [String]) {
    self.names = names
    var first = [Int32](repeating: Candidate.none, count: 1024)
    var candidates: [Candidate] = []
    var tails: [FoldedWord] = []
    for (position, name) in names.enumerated() where !name.isEmpty {
      let text = Array(name.utf8) + [0x3A]
      let words = FoldedWord.words(of: text)
      let pair = Self.pair(text[0], text[1])
      candidates.append(
        Candidate(
          head: words[0], middle: words.dropFirst().first ?? FoldedWord([]),
          nameLength: name.utf8.count, position: position,
          tail: tails.count, tailEnd: tails.count + max(0, words.count - 2), next: first[pair]))
      first[pair] = Int32(candidates.count - 1)
      tails += words.dropFirst(2)
    }
    self.candidates = candidates
    self.first = first
    self.tails = tails
  }

  /// How many fields are wanted.
  public var count: Int { names.count }

  /// The bits of two letters that their case leaves alone; other bytes share a letter's place.
  @inline(__always)
  fileprivate static func pair(_ a: UInt8, _ b: UInt8) -> Int { Int(a & 31) << 5 | Int(b & 31) }
}

extension FieldTable {
  /// How many bytes behind a line `match` may load, though they say nothing to it.
  static let overrun = 2 * MemoryLayout<UInt64>.size

  /// Lends what matching needs to `body`, so that a loop over lines need not fetch it each time.
  @inline(__always)
  func withMatcher<R>(_ body: (Matcher) -> R) -> R {
    first.withUnsafeBufferPointer { first in
      candidates.withUnsafeBufferPointer { candidates in
        tails.withUnsafeBufferPointer { tails in
          body(Matcher(first: first, candidates: candidates, tails: tails))
        }
      }
    }
  }

  /// Compares lines with the names of a table.
  struct Matcher {
    fileprivate let first: UnsafeBufferPointer<Int32>
    fileprivate let candidates: UnsafeBufferPointer<Candidate>
    fileprivate let tails: UnsafeBufferPointer<FoldedWord>

    /// The field whose line lies at `line` and has `count` bytes, at least one; nil when it is none
    /// of the wanted ones.
    ///
    /// `overrun` more bytes must be readable behind the line.
    @inline(__always)
    func match(_ line: UnsafeRawPointer, _ count: Int) -> (position: Int, nameLength: Int)? {
      let head = UInt64(littleEndian: line.loadUnaligned(as: UInt64.self))
      var index = first[
        FieldTable.pair(UInt8(truncatingIfNeeded: head), UInt8(truncatingIfNeeded: head >> 8))]
      if index == Candidate.none { return nil }
      let middle = UInt64(littleEndian: line.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      while index != Candidate.none {
        let candidate = candidates[Int(index)]
        if count > candidate.nameLength, candidate.head.matches(head),
          candidate.middle.matches(middle), tailMatches(candidate, line)
        {
          return (candidate.position, candidate.nameLength)
        }
        index = candidate.next
      }
      return nil
    }

    @inline(__always)
    private func tailMatches(_ candidate: Candidate, _ line: UnsafeRawPointer) -> Bool {
      var index = candidate.tail
      var place = line + 16
      while index < candidate.tailEnd {
        let word = UInt64(littleEndian: place.loadUnaligned(as: UInt64.self))
        if !tails[index].matches(word) { return false }
        index += 1
        place += 8
      }
      return true
    }
  }
}

/// One wanted name.
private struct Candidate {
  /// The first eight bytes, and the next eight.
  let head: FoldedWord
  let middle: FoldedWord
  let nameLength: Int
  let position: Int
  /// Where in `tails` the words behind them lie.
  let tail: Int
  let tailEnd: Int
  /// Another candidate with the same first two letters.
  let next: Int32

  static let none: Int32 = -1
}

/// Eight bytes of a name and its colon, to be compared at once, the case of letters left out.
private struct FoldedWord {
  private var bytes: UInt64 = 0
  private var mask: UInt64 = 0
  private var caseBits: UInt64 = 0

  /// `text` in words of eight bytes.
  static func words(of text: [UInt8]) -> [FoldedWord] {
    stride(from: 0, to: text.count, by: 8).map { FoldedWord(text[$0..<min($0 + 8, text.count)]) }
  }

  /// Wants the bytes of `text`, at most eight; what follows them does not matter.
  init(_ text: ArraySlice<UInt8>) {
    for (index, byte) in text.enumerated() {
      let lowered = byte | 0x20
      let isLetter = (0x61...0x7A).contains(lowered)
      let shift = UInt64(index * 8)
      bytes |= UInt64(isLetter ? lowered : byte) << shift
      mask |= 0xFF << shift
      caseBits |= (isLetter ? 0x20 : 0) << shift
    }
  }

  @inline(__always)
  func matches(_ word: UInt64) -> Bool { (word | caseBits) & mask == bytes }
}
