// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// Whether systemd's journal reads what we write.
enum JournalStream {
  /// JOURNAL_STREAM names the journal's socket by device and inode (systemd.exec(5)); a child whose
  /// standard error was sent elsewhere has the variable still, so both are compared.
  static let isStandardError: Bool = {
    guard let named = getenv("JOURNAL_STREAM").map({ String(cString: $0) }) else { return false }
    var status = stat()
    guard fstat(STDERR_FILENO, &status) == 0 else { return false }
    return named == "\(status.st_dev):\(status.st_ino)"
  }()
}
