// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore

/// Reads pieces of several small files at once, on a thread that may wait for a disk.
struct PieceBatch: Sendable {
  let groups: [PieceGroup]
  let catalog: Catalog
  let site: ArchiveSite
  let knowledge: Knowledge

  /// The frames of all pieces.
  func read() -> ByteBuffer {
    let count = groups.reduce(0) { sum, group in
      sum + Int(group.byteCount) + group.pieces.count * PieceFrame.length
    }
    var output = ByteBufferAllocator().buffer(capacity: count)
    for group in groups { append(group, to: &output) }
    return output
  }

  private func append(_ group: PieceGroup, to output: inout ByteBuffer) {
    guard let content = group.content else {
      return fail(group, 404, "No content has that number.", &output)
    }
    switch open(content) {
    case .failure(let lack): fail(group, lack, &output)
    case .success(let file):
      let reading = group.append(of: file, to: &output) { try? file.read(into: $0, at: $1) }
      if reading != .complete { fail(group, .unverified, &output) }
    }
  }

  /// A file that is certain to hold `content`.
  func open(_ content: Catalog.Index) -> Result<OpenFile, Lack> {
    var lack = Lack.vanished
    for known in catalog.files(of: content) {
      let place = Place(.archive, known.path)
      guard let file = try? site.open(place) else { continue }
      let standing = knowledge.standing(place, file.key, in: catalog)
      if standing == .verified(content) { return .success(file) }
      lack.note(standing)
    }
    return .failure(lack)
  }

  /// Says of each piece of `group` why it is not sent.
  func fail(_ group: PieceGroup, _ lack: Lack, _ output: inout ByteBuffer) {
    let answer = Answer(lack)
    guard case .text(let text) = answer.content else { return }
    fail(group, answer.status, String(decoding: text.dropLast(), as: UTF8.self), &output)
  }

  private func fail(
    _ group: PieceGroup, _ status: UInt16, _ reason: String, _ output: inout ByteBuffer
  ) {
    for piece in group.pieces {
      PieceFrame.write(reason, status: status, number: piece.number, to: &output)
    }
  }
}
