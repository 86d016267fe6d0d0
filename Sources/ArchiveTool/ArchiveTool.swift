// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import ArgumentParser
private import Glibc

/// The command `archive-tool`.
@main
struct ArchiveTool: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "archive-tool",
    abstract: "Make a Debian-style archive distribute itself.",
    discussion: """
      Numbers and hashes the pieces of every package of an archive, checked against its signed \
      indices, and publishes them. Exit statuses are those of sysexits.h; see archive-tool(1).
      """,
    version: version,
    subcommands: [
      HashCommand.self, VerifyCommand.self, ShowCommand.self, DigestCommand.self,
      PieceSizesCommand.self,
      TorrentCommand.self, MagnetCommand.self, MetalinkCommand.self, InspectCommand.self,
      SeedCommand.self, TrackCommand.self, FetchCommand.self, StatusCommand.self,
      SimulateCommand.self, PromoteCommand.self, RebuildLedgerCommand.self,
    ])

  static func main() async {
    // A reader that went away is an error of writing, not a reason to die without a word.
    signal(SIGPIPE, SIG_IGN)
    // libdispatch tells the system's log whenever it may not raise a thread's priority.
    setenv("LIBDISPATCH_LOG", "NO", 0)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      end(0)
    } catch let error as ArchiveError {
      Terminal.complain("\(error)", .error)
      end(error.code.rawValue)
    } catch let status as Status {
      end(status.code)
    } catch {
      exit(withError: error)
    }
  }

  /// Ends the process as it is: threads may still be at work, and exit(3) takes away beneath them what
  /// libraries keep, which now and then ended in a crash.
  private static func end(_ code: CInt) -> Never {
    fflush(nil)
    _exit(code)
  }
}

/// Ends the command with a status whose reason was printed already.
struct Status: Error {
  let code: Int32
}
