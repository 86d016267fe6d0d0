// SPDX-License-Identifier: Apache-2.0

/// The elements of RFC 5854 that mean something here, by where they stand.
enum MetalinkElement {
  case metalink
  case generator
  case origin
  case published
  case file
  case size
  case identity
  case version
  case publisher
  case hash
  case pieces
  case pieceHash
  case url
  case metaURL

  /// The element called `name` in this one.
  func child(_ name: String) -> MetalinkElement? {
    switch (self, name) {
    case (.metalink, "generator"): .generator
    case (.metalink, "origin"): .origin
    case (.metalink, "published"): .published
    case (.metalink, "file"): .file
    case (.file, "size"): .size
    case (.file, "identity"): .identity
    case (.file, "version"): .version
    case (.file, "publisher"): .publisher
    case (.file, "hash"): .hash
    case (.file, "pieces"): .pieces
    case (.file, "url"): .url
    case (.file, "metaurl"): .metaURL
    case (.pieces, "hash"): .pieceHash
    default: nil
    }
  }

  /// Whether its text means something.
  var hasText: Bool {
    switch self {
    case .metalink, .file, .pieces, .publisher: false
    default: true
    }
  }
}
