// SPDX-License-Identifier: Apache-2.0

/// One value of a bencoded document, as a place in it.
public struct BencodeValue: Sendable {
  let document: BencodeDocument
  let index: Int

  /// What a value can be.
  public enum Kind: String, Sendable {
    case integer = "an integer"
    case string = "a string"
    case list = "a list"
    case dictionary = "a dictionary"
  }

  private var token: BencodeToken { document.tokens[index] }

  /// What this is.
  public var kind: Kind {
    switch document.bytes[offset] {
    case 0x69: .integer
    case 0x6C: .list
    case 0x64: .dictionary
    default: .string
    }
  }

  /// Where it begins.
  public var offset: Int { Int(token.start) }

  /// Its bytes as they were found, what makes it a value included.
  public var raw: ArraySlice<UInt8> { document.bytes[Int(token.start)..<Int(token.end)] }

  /// The text of a string; nil for anything else.
  public var string: ArraySlice<UInt8>? {
    kind == .string ? document.bytes[Int(token.body)..<Int(token.end)] : nil
  }

  /// The number; nil for anything else.
  public var integer: Int64? {
    guard kind == .integer else { return nil }
    let digits = document.bytes[Int(token.body)..<Int(token.end) - 1]
    let isNegative = digits.first == 0x2D
    // The scanner has seen that it fits.
    return digits.dropFirst(isNegative ? 1 : 0).reduce(0) { value, digit in
      value &* 10 &+ (isNegative ? -Int64(digit &- 0x30) : Int64(digit &- 0x30))
    }
  }

  /// The values of a list; nil for anything else.
  public var elements: Elements? {
    kind == .list ? Elements(document: document, position: index + 1, end: Int(token.next)) : nil
  }

  /// The keys and values of a dictionary, in order; nil for anything else.
  public var entries: Entries? {
    kind == .dictionary ? Entries(elements: Elements(self)) : nil
  }

  /// The value of `key` in a dictionary; nil when there is none.
  public subscript(key: String) -> BencodeValue? {
    entries?.first { $0.key.elementsEqual(key.utf8) }?.value
  }

  /// A list's values, one after the other.
  public struct Elements: Sequence, IteratorProtocol, Sendable {
    fileprivate let document: BencodeDocument
    fileprivate var position: Int
    fileprivate let end: Int

    public mutating func next() -> BencodeValue? {
      guard position < end else { return nil }
      defer { position = Int(document.tokens[position].next) }
      return BencodeValue(document: document, index: position)
    }
  }

  /// A dictionary's keys and values, one pair after the other.
  public struct Entries: Sequence, IteratorProtocol, Sendable {
    fileprivate var elements: Elements

    public mutating func next() -> (key: ArraySlice<UInt8>, value: BencodeValue)? {
      guard let key = elements.next()?.string, let value = elements.next() else { return nil }
      return (key, value)
    }
  }
}

extension BencodeValue.Elements {
  fileprivate init(_ container: BencodeValue) {
    self.init(
      document: container.document, position: container.index + 1,
      end: Int(container.document.tokens[container.index].next))
  }
}
