// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import StandardObjects
internal import Synchronization
private import TorrentMetadata

/// Makes torrents and metalinks out of the ledger, and keeps those that were asked for last.
final class ObjectMaker: Sendable {
  private struct Key: Hashable {
    let form: ObjectForm
    let path: ArchivePath
    let content: ContentID
    /// The web seed that comes first.
    let webSeed: Int?
  }

  /// Objects of up to this size are kept, up to so many bytes in all.
  private static let largest = 256 << 10
  private static let most = 16 << 20

  private struct State {
    var objects: [Key: [UInt8]] = [:]
    var bytes = 0
  }
  private let state = Mutex(State())
  private let ledger: SharedLedger
  private let addresses: ObjectAddresses

  init(_ configuration: SeederConfiguration, ledger: SharedLedger) {
    self.ledger = ledger
    addresses = configuration.objectAddresses
  }

  /// The object that describes `content`, which the archive has at `path`; nil when the ledger
  /// lacks what it is made of, or nobody knows an address. Blocks.
  ///
  /// Who asked for it by the name of a web seed has that one first. `host` decides among the names
  /// that the operator configured, and is written nowhere.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  func object(
    _ form: ObjectForm, of content: ContentID, at path: ArchivePath, host: String
  ) throws(ArchiveError) -> [UInt8]? {
    let webSeed = addresses.webSeed(host: host)
    let addresses = addresses.preferring(webSeed: webSeed)
    let key = Key(form: form, path: path, content: content, webSeed: webSeed)
    if let kept = state.withLock({ $0.objects[key] }) { return kept }
    guard let stored = try ledger.view()?.stored(content), stored.content.size > .zero else {
      return nil
    }
    let file = SingleFile(path: path, stored: stored)
    let bytes: [UInt8]
    switch form {
    case .torrent(let form):
      guard file.forms.contains(form) else { return nil }
      bytes = try file.torrent(form, addresses).bytes
    case .metalink:
      guard !addresses.mirrors.isEmpty || !addresses.webSeeds.isEmpty else { return nil }
      bytes = try file.metalink(addresses, torrent: Self.torrent(of: path, addresses)).serialized()
    }
    keep(bytes, key)
    return bytes
  }

  /// Where the torrent of the file is, by the name that the operator gave this server.
  private static func torrent(
    of path: ArchivePath, _ addresses: ObjectAddresses
  ) -> AbsoluteURL? {
    addresses.webSeeds.first.flatMap {
      AbsoluteURL($0.appending(path).string + ".torrent")
    }
  }

  private func keep(_ bytes: [UInt8], _ key: Key) {
    guard bytes.count <= Self.largest else { return }
    state.withLock { state in
      if state.bytes + bytes.count > Self.most {
        state.objects = [:]
        state.bytes = 0
      }
      if state.objects.updateValue(bytes, forKey: key) == nil { state.bytes += bytes.count }
    }
  }
}
