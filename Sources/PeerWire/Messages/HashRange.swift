// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// Neighbouring nodes of a file's hash tree, as hash request, hashes and hash reject name them
/// (BEP 52):
///
///     pieces root 32 | base layer 4 | index 4 | length 4 | proof layers 4
public struct HashRange: Hashable, Sendable {
  /// The root of the tree.
  public let root: SHA256Digest
  /// The layer of the nodes: 0 for the 16 KiB leaves.
  public let layer: UInt32
  /// The first node of the layer.
  public let index: UInt32
  /// How many nodes: a power of two, of which `index` is a multiple.
  public let count: UInt32
  /// How many layers above `layer` the answer has uncle hashes for, as far as they do not follow from
  /// the nodes themselves.
  public let proofLayers: UInt32

  public init(
    root: SHA256Digest, layer: UInt32, index: UInt32, count: UInt32, proofLayers: UInt32
  ) {
    self.root = root
    self.layer = layer
    self.index = index
    self.count = count
    self.proofLayers = proofLayers
  }

  /// Whether this could be asked of any tree.
  public func isSound(_ limits: WireLimits) -> Bool {
    count > 0 && count.nonzeroBitCount == 1 && index.isMultiple(of: count)
      && count <= limits.hashes && layer <= limits.proofLayers && proofLayers <= limits.proofLayers
  }

  /// How many uncle hashes follow the nodes in an answer: what `count` nodes make is at the layer
  /// log2(count) above them, and has the first uncle.
  public var uncleCount: Int {
    max(0, Int(proofLayers) + 1 - count.trailingZeroBitCount)
  }

  static let byteCount = 48

  init(_ payload: UnsafeRawBufferPointer) {
    root = SHA256Digest(bytes: UnsafeRawBufferPointer(rebasing: payload[..<32])) ?? .zero
    layer = payload.bigEndian(at: 32, as: UInt32.self)
    index = payload.bigEndian(at: 36, as: UInt32.self)
    count = payload.bigEndian(at: 40, as: UInt32.self)
    proofLayers = payload.bigEndian(at: 44, as: UInt32.self)
  }

  func append(to output: inout [UInt8]) {
    root.withUnsafeBytes { output.append(contentsOf: $0) }
    output.append(bigEndian: layer)
    output.append(bigEndian: index)
    output.append(bigEndian: count)
    output.append(bigEndian: proofLayers)
  }
}
