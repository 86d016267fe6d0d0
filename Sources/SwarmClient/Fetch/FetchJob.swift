// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// A file to be fetched, and where it is to be.
package struct FetchJob: Hashable, Sendable {
  package let file: PackageFile
  /// The path of the finished file; what is there is replaced, unless it is the content already.
  package let destination: String

  /// Fetches `file` to `destination`.
  package init(_ file: PackageFile, to destination: String) {
    self.file = file
    self.destination = destination
  }
}

/// A file that could not be fetched, and why.
package struct FetchFailure: Hashable, Sendable {
  package let job: FetchJob
  package let error: ArchiveError

  /// Joins the two.
  package init(_ job: FetchJob, _ error: ArchiveError) {
    self.job = job
    self.error = error
  }
}
