// SPDX-License-Identifier: Apache-2.0

import ArchiveModel

/// Ends the program, which libFuzzer reports with the input, unless `condition` holds.
func demand(_ condition: Bool, _ what: @autoclosure () -> String) {
  if !condition { fatalError(what()) }
}

/// Demands that `path` leads nowhere but below the archive.
func demandSafe(_ path: some Sequence<UInt8>) {
  let components = path.split(separator: 0x2F, omittingEmptySubsequences: false)
  demand(
    !components.isEmpty
      && components.allSatisfy {
        !$0.isEmpty && !$0.elementsEqual([0x2E]) && !$0.elementsEqual([0x2E, 0x2E])
          && !$0.contains(0)
      }, "an unsafe path")
}

extension Result where Failure == ArchiveError {
  /// What `body` gives or throws.
  init(of body: () throws(ArchiveError) -> Success) {
    do throws(ArchiveError) { self = .success(try body()) } catch { self = .failure(error) }
  }

  /// Whether it is no failure.
  var isSuccess: Bool { (try? get()) != nil }
}
