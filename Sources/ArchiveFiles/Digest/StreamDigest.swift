// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel
private import CLibcrypto

/// The digests an archive's indices and torrents use.
public enum DigestAlgorithm: Sendable, CaseIterable {
  /// Still listed by Debian's Release files; never trusted here, only written.
  case md5
  /// The piece hash of BEP 3.
  case sha1
  /// The archive's own, and BEP 52's.
  case sha256
  /// Listed by some archives' Release files.
  case sha512

  /// Length of the result in bytes.
  public var byteCount: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha512: 64
    }
  }

  fileprivate var implementation: OpaquePointer? {
    switch self {
    case .md5: EVP_md5()
    case .sha1: EVP_sha1()
    case .sha256: EVP_sha256()
    case .sha512: EVP_sha512()
    }
  }
}

/// One digest over bytes that arrive in parts (libcrypto's EVP), reusable after `finish`.
public struct StreamDigest: ~Copyable {
  private let context: OpaquePointer
  private let algorithm: DigestAlgorithm

  /// Starts a digest.
  ///
  /// - Throws: `ArchiveError` (EX_SOFTWARE) where libcrypto lacks the algorithm, as MD5 in FIPS
  ///   mode.
  public init(_ algorithm: DigestAlgorithm) throws(ArchiveError) {
    guard let context = EVP_MD_CTX_new() else {
      throw ArchiveError(.software, "libcrypto cannot make a digest context")
    }
    guard EVP_DigestInit_ex(context, algorithm.implementation, nil) == 1 else {
      EVP_MD_CTX_free(context)
      throw ArchiveError(.software, "libcrypto refuses the digest \(algorithm)")
    }
    self.context = context
    self.algorithm = algorithm
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes the next bytes.
  @inline(__always)
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // Fails only for a context that was not initialised, which init rules out.
    _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// Writes the result to `output`, which must have the algorithm's length, and starts anew.
  public mutating func finish(into output: UnsafeMutableRawBufferPointer) {
    precondition(output.count == algorithm.byteCount, "a digest needs its whole length")
    EVP_DigestFinal_ex(context, output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
    EVP_DigestInit_ex(context, nil, nil)
  }

  /// The result; the digest starts anew.
  public mutating func finish() -> [UInt8] {
    let count = algorithm.byteCount
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      finish(into: UnsafeMutableRawBufferPointer(buffer))
      used = count
    }
  }
}

extension SHA256Digest {
  /// The SHA-256 of `bytes`.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses.
  public static func hashing(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) -> SHA256Digest {
    var digest = try StreamDigest(.sha256)
    digest.update(bytes)
    return digest.finishSHA256()
  }

  /// The SHA-256 of `bytes`.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses.
  public static func hashing(_ bytes: [UInt8]) throws(ArchiveError) -> SHA256Digest {
    var digest = try StreamDigest(.sha256)
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.finishSHA256()
  }
}

extension StreamDigest {
  /// The result of a SHA-256 digest, without an array; the digest starts anew.
  public mutating func finishSHA256() -> SHA256Digest {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { finish(into: $0) }
    return withUnsafeBytes(of: words) { SHA256Digest(bytes: $0) } ?? .zero
  }
}
