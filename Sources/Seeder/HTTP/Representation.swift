// SPDX-License-Identifier: Apache-2.0

/// What HTTP says about a file besides its bytes (RFC 9110 section 8).
package struct Representation: Hashable, Sendable {
  package let size: UInt64
  package let tag: EntityTag
  package let modified: HTTPDate
  package let mediaType: String

  package init(size: UInt64, tag: EntityTag, modified: HTTPDate, mediaType: String) {
    self.size = size
    self.tag = tag
    self.modified = modified
    self.mediaType = mediaType
  }

  /// Last-Modified never lies ahead of Date (RFC 9110 section 8.8.2.1).
  package func lastModified(now: HTTPDate) -> HTTPDate { min(modified, now) }
}
