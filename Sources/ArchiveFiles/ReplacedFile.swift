// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Glibc

/// Writes a file beside `path`, as `PATH.new`, and puts it in that place: there is always a whole one,
/// and the new one is durable when it is seen. The caller is the only one who does so.
///
/// - Parameters:
///   - path: the file to be replaced, or made.
///   - mode: of the new file.
///   - write: writes what it is to hold.
/// - Throws: `ArchiveError` when it cannot be written; the file before stands then. What `write`
///   throws.
package func replaceFile(
  _ path: String, mode: mode_t = 0o644,
  _ write: (borrowing Descriptor) throws(ArchiveError) -> Void
) throws(ArchiveError) {
  let temporary = "\(path).new"
  let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
  try write(file)
  try file.synchronize()
  guard rename(temporary, path) == 0 else { throw .system(errno, "replace", path) }
}
