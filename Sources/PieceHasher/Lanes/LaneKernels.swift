// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// The two kernels that a run uses: one while many lanes are busy, one for what is left.
package struct LaneKernels: Sendable {
  let wide: LaneKernel
  let narrow: LaneKernel
  /// From how many busy lanes on `wide` is the faster.
  let threshold: Int

  /// The fastest of this processor, found out once by trying them for a few milliseconds.
  package static let fastest = LaneKernels(measuring: LaneKernel.all)

  /// Those that can be named here, the widest first.
  package static var names: [String] { LaneKernel.all.map(\.name) }

  /// The kernel of that name for all work, as tests want it.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) when this processor has none of that name.
  package init(named name: String) throws(ArchiveError) {
    guard let kernel = LaneKernel.all.first(where: { $0.name == name }) else {
      throw ArchiveError(
        .configuration, "no hash kernel of the name \(name)",
        advice: "this processor has \(Self.names.joined(separator: ", "))")
    }
    wide = kernel
    narrow = kernel
    threshold = 1
  }

  private init(measuring kernels: [LaneKernel]) {
    let lone = kernels.map { Self.seconds($0, lanes: 1) }
    let full = kernels.map { Self.seconds($0, lanes: LaneBank.laneCount) }
    // There is always one, libcrypto's.
    let widest = full.indices.min { full[$0] < full[$1] } ?? 0
    let quickest = lone.indices.min { lone[$0] < lone[$1] } ?? 0
    wide = kernels[widest]
    narrow = kernels[quickest]
    let step = Self.seconds(kernels[widest], lanes: kernels[widest].width)
    threshold = min(wide.width, Int((step / lone[quickest]).rounded(.up)))
  }

  /// The kernel for `lanes` busy lanes.
  func kernel(for lanes: Int) -> LaneKernel { lanes >= threshold ? wide : narrow }

  /// What one block costs on each of `lanes` lanes with every digest, the best of several tries.
  private static func seconds(_ kernel: LaneKernel, lanes: Int) -> Double {
    let blocks = 32
    let bytes = [UInt8](repeating: 0x5A, count: blocks * LaneBank.blockLength)
    var bank = LaneBank()
    return bytes.withUnsafeBytes { bytes in
      let clock = ContinuousClock()
      let times = (0..<8).map { _ in
        for lane in 0..<lanes {
          bank.feed(lane, from: bytes)
          bank.grant(blocks, to: lane)
        }
        return clock.measure { bank.advance(lanes, .all, with: kernel) }
      }
      return (times.min() ?? .zero) / .seconds(1)
    }
  }
}
