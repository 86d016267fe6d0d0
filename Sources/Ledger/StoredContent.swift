// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// All that the ledger knows of one content: enough to describe it without reading it again.
package struct StoredContent: Hashable, Sendable {
  package let content: ContentID
  /// Date of the Release under which it was first numbered.
  package let firstRelease: ArchiveDate
  /// At the piece size at which it was first hashed, which never changes.
  package let digests: ContentDigests

  package init(content: ContentID, firstRelease: ArchiveDate, digests: ContentDigests) {
    self.content = content
    self.firstRelease = firstRelease
    self.digests = digests
  }
}
