// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Makes a metalink of the elements of a document, as they come; those of other namespaces and
/// those that RFC 5854 has and we do not are passed over with all they hold.
struct MetalinkReader {
  /// Where the parser stands.
  var context: MetalinkContext
  private var open: [Element] = []
  private var metalink = Metalink(files: [])
  private var builder: MetalinkFileBuilder?
  private var paths: Set<ArchivePath> = []

  init(name: String, limits: MetadataLimits) {
    context = MetalinkContext(name: name, limits: limits)
  }

  private struct Element {
    /// None for what is passed over.
    let kind: MetalinkElement?
    let attributes: [String: String]
    var text = ""
  }

  mutating func begin(
    _ element: String, namespace: String, _ attributes: [String: String]
  ) throws(ArchiveError) {
    guard open.count < context.limits.elementDepth else {
      throw context.failure("elements nested more than \(context.limits.elementDepth) deep")
    }
    let isOurs = namespace == Metalink.namespace
    guard let parent = open.last else {
      guard isOurs, element == "metalink" else {
        throw context.failure("expected an element 'metalink' of RFC 5854")
      }
      return open.append(Element(kind: .metalink, attributes: attributes))
    }
    let kind = isOurs ? parent.kind?.child(element) : nil
    open.append(Element(kind: kind, attributes: attributes))
    switch kind {
    case .file: try beginFile(attributes)
    case .pieces: try builder?.beginPieces(attributes, context)
    default: break
    }
  }

  private mutating func beginFile(_ attributes: [String: String]) throws(ArchiveError) {
    guard metalink.files.count < context.limits.metalinkFiles else {
      throw context.failure("more than \(context.limits.metalinkFiles) files")
    }
    let path = try context.path(attributes["name"] ?? "", of: "a file's name")
    guard paths.insert(path).inserted else {
      throw context.failure("the file \(path) is given twice")
    }
    builder = MetalinkFileBuilder(MetalinkFile(path: path))
  }

  mutating func text(_ part: String) throws(ArchiveError) {
    guard !open.isEmpty, open[open.count - 1].kind?.hasText == true else { return }
    open[open.count - 1].text += part
    guard open[open.count - 1].text.utf8.count <= context.limits.textBytes else {
      throw context.failure("a text longer than \(context.limits.textBytes) bytes")
    }
  }

  mutating func end() throws(ArchiveError) {
    guard let element = open.popLast(), let kind = element.kind else { return }
    let text = String(decoding: Array(element.text.utf8).trimmed, as: UTF8.self)
    switch kind {
    case .metalink: break
    case .generator: metalink.generator = text
    case .origin: metalink.origin = try context.url(text)
    case .published:
      guard let date = ArchiveDate(rfc3339: text) else {
        throw context.failure("'published' is '\(text.excerpt)', expected a date of RFC 3339")
      }
      metalink.published = date
    case .file:
      if let file = try builder?.finish(context) { metalink.files.append(file) }
      builder = nil
    default: try builder?.take(kind, text, element.attributes, context)
    }
  }

  /// What was read; the document has ended.
  func finish() throws(ArchiveError) -> Metalink {
    guard open.isEmpty else { throw context.failure("the document ends within an element") }
    guard !metalink.files.isEmpty else { throw context.failure("a metalink without files") }
    let paths = metalink.files.map(\.path)
    if let path = PathOrder.conflict(in: paths) {
      throw context.failure("the path \(path) stands for a file and a directory")
    }
    return metalink
  }
}
