// SPDX-License-Identifier: Apache-2.0

internal import CPieceHash

/// One way to compute many digests side by side on this machine's processor.
struct LaneKernel: Sendable {
  let name: String
  /// How many lanes it takes in hardly more time than one.
  let width: Int
  let advance: piecehash_advance

  /// What this processor runs; the last, libcrypto alone, is always there.
  static let all: [LaneKernel] = {
    var kernels: [LaneKernel] = []
    while let kernel = piecehash_kernel_at(kernels.count)?.pointee {
      kernels.append(
        LaneKernel(
          name: String(cString: kernel.name), width: kernel.width, advance: kernel.advance))
    }
    return kernels
  }()
}
