// SPDX-License-Identifier: Apache-2.0

package import ReleaseTrust
package import TorrentMetadata

/// Which archive packages are looked for in, and what of it.
package struct IndexSettings: Sendable {
  /// The archive's root: `dists/` and `pool/` lie there.
  package var mirror: AbsoluteURL
  /// Where the indices with pieces are; nil for `overlay/` of the mirror, if it is there.
  package var overlay: AbsoluteURL?
  /// Directories below `dists/`.
  package var suite: String
  /// None for all that Release names.
  package var components: [String]
  /// The first is preferred where several have a package; `all` is always looked for.
  package var architectures: [String]
  package var trust: TrustPolicy
  /// A directory that keeps what was fetched.
  package var cache: String

  /// Looks in `suite` of `mirror`.
  package init(
    mirror: AbsoluteURL, overlay: AbsoluteURL? = nil, suite: String, components: [String] = [],
    architectures: [String], trust: TrustPolicy, cache: String
  ) {
    self.mirror = mirror
    self.overlay = overlay
    self.suite = suite
    self.components = components
    self.architectures = architectures
    self.trust = trust
    self.cache = cache
  }
}

/// What looking for packages has to say on the way.
package enum IndexEvent: Sendable {
  /// An index is being fetched.
  case fetching(String)
  /// So many bytes of indices have come.
  case received(UInt64)
  case warning(String)
}
