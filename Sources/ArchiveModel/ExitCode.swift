// SPDX-License-Identifier: Apache-2.0

/// The exit statuses of the command, from sysexits.h.
public enum ExitCode: Int32, Hashable, Sendable, CaseIterable {
  /// EX_OK.
  case ok = 0
  /// EX_USAGE: the command line is wrong.
  case usage = 64
  /// EX_DATAERR: input is malformed, not authentic, expired, or does not match its hash.
  case data = 65
  /// EX_NOINPUT: a named input does not exist or cannot be read.
  case noInput = 66
  /// EX_UNAVAILABLE: a helper program is missing or failed.
  case unavailable = 69
  /// EX_SOFTWARE: a defect of this program.
  case software = 70
  /// EX_OSERR: the system refused something that it normally grants.
  case system = 71
  /// EX_CANTCREAT: an output cannot be created.
  case cannotCreate = 73
  /// EX_IOERR: reading or writing failed, the disk is full.
  case io = 74
  /// EX_TEMPFAIL: try again later; what could be done is done.
  case temporary = 75
  /// EX_NOPERM: not permitted.
  case permission = 77
  /// EX_CONFIG: the configuration is wrong.
  case configuration = 78
}
