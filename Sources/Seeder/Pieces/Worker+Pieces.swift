// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore

/// Pieces of files that are in memory, which need no thread.
extension Worker {
  /// Appends the frames of `group`; false, and nothing is appended, when a disk has to be waited for
  /// or the file is not as it was.
  func append(_ group: PieceGroup, _ content: Catalog.Index, to output: inout ByteBuffer) -> Bool {
    guard let cached = heldAtOnce(content) else { return false }
    let reading = group.append(of: cached.file, to: &output) {
      cached.file.readCached(into: $0, at: $1)
    }
    if reading == .changed { files.remove(cached) }
    guard reading == .complete else { return false }
    cached.demand.requests += 1
    cached.demand.bytes += group.byteCount
    return true
  }

  /// The file of `content`, of which much is asked; nil as above.
  func openLarge(_ content: Catalog.Index) -> OpenFile? {
    guard let cached = heldAtOnce(content) else { return nil }
    if cached.file.isUnchanged { return cached.file }
    files.remove(cached)
    return nil
  }

  /// Counts bytes of a content that go out by another way than the file that is kept open.
  func note(_ content: Catalog.Index, bytes: UInt64, in catalog: Catalog) {
    guard let file = catalog.files(of: content).first else { return }
    demand.add(
      FileDemand(requests: 1, bytes: bytes), of: Place(.archive, file.path),
      suite: catalog.suite(of: content))
  }

  /// A file that is certain to hold a content, where no disk has to be waited for.
  func heldAtOnce(_ content: Catalog.Index) -> CachedFile? {
    Self.withKey(content) { cached($0) ?? openAtOnce(content) }
  }

  private static func withKey<T>(
    _ content: Catalog.Index, _ body: (UnsafeRawBufferPointer) -> T
  ) -> T {
    withUnsafeTemporaryAllocation(byteCount: 5, alignment: 4) { key in
      // No request target begins so.
      key[0] = 0
      key.storeBytes(of: content, toByteOffset: 1, as: UInt32.self)
      return body(UnsafeRawBufferPointer(key))
    }
  }

  private func openAtOnce(_ content: Catalog.Index) -> CachedFile? {
    for known in catalog.files(of: content) {
      let place = Place(.archive, known.path)
      guard case .success(let found) = shared.site.openCached(place), let file = found,
        shared.knowledge.standing(place, file.key, in: catalog) == .verified(content)
      else { continue }
      return keepHeld(content, file, place)
    }
    return nil
  }

  /// Keeps a file open that is certain to hold `content`, as was found with the worker's catalog.
  @discardableResult
  func keepHeld(_ content: Catalog.Index, _ file: OpenFile, _ place: Place) -> CachedFile {
    let cached = CachedFile(
      target: Self.withKey(content) { Array($0) }, file: file, place: place, slice: 0..<file.size,
      representation: Representation(
        size: file.size, tag: EntityTag(catalog.contents[Int(content)].id.sha256),
        modified: file.modified, mediaType: PieceFrame.mediaType, cacheControl: ""),
      isCertain: true, epoch: epoch, now: clock.date, validated: clock.date.seconds,
      suite: catalog.suite(of: content), log: demand)
    files.insert(cached)
    return cached
  }
}
