// SPDX-License-Identifier: Apache-2.0

internal import Foundation
private import Glibc

/// A program with its arguments, to be run once or left running.
public struct Command: Sendable {
  public var arguments: [String]
  /// Added to a small environment that does not depend on who runs the tests.
  public var environment: [String: String]
  /// Where it runs; nil for where the tests do.
  public var directory: String?
  /// Its standard input; empty unless given.
  public var input: [UInt8] = []

  public init(
    _ arguments: [String], environment: [String: String] = [:], directory: String? = nil,
    input: [UInt8] = []
  ) {
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.input = input
  }

  public init(_ arguments: String...) { self.init(arguments) }

  /// Runs it to its end; a program that hangs is killed and reported.
  public func run(within limit: Duration = .seconds(120)) throws -> Outcome {
    try start().wait(within: limit)
  }

  /// Runs it and returns what it printed.
  ///
  /// - Throws: `FixtureError` unless it ends with 0.
  @discardableResult
  public func check() throws -> [UInt8] {
    let outcome = try run()
    guard outcome.status == 0 else {
      throw FixtureError("\(arguments) ended with \(outcome)")
    }
    return outcome.bytes
  }

  /// Starts it and returns at once.
  public func start() throws -> RunningCommand {
    let output = try Scratch.file()
    let errors = try Scratch.file()
    let given = try Scratch.file(input)
    defer { close(given) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (from, to) in [(given, Int32(0)), (output, 1), (errors, 2)] {
      posix_spawn_file_actions_adddup2(&actions, from, to)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let variables = Self.base.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }.sorted()
    var pid = pid_t()
    let words = (directory.map { ["env", "-C", $0] } ?? []) + arguments
    let failure = Self.withStrings(words) { arguments in
      Self.withStrings(variables) { variables in
        posix_spawnp(&pid, words[0], &actions, &attributes, arguments, variables)
      }
    }
    guard failure == 0 else {
      close(output)
      close(errors)
      throw FixtureError("cannot run \(arguments): \(String(cString: strerror(failure)))")
    }
    return RunningCommand(pid: pid, output: output, errors: errors, name: arguments)
  }

  private static let base: [String: String] = {
    // Where a program finds the Swift libraries it was built with, and where a sanitizer's reports go.
    let passed = ["LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE"]
    return ProcessInfo.processInfo.environment.filter { passed.contains($0.key) }.merging([
      "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "LC_ALL": "C", "HOME": Scratch.root,
    ]) { $1 }
  }()

  private static func withStrings<T>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T
  ) -> T {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
  }
}

/// What a program left behind.
public struct Outcome: Sendable, CustomStringConvertible {
  /// The exit status; 128 and the signal's number where one ended it.
  public let status: Int32
  public let bytes: [UInt8]
  public let errors: String

  /// Standard output as text.
  public var output: String { String(decoding: bytes, as: UTF8.self) }

  public var description: String {
    "status \(status)\noutput: \(output)\nerrors: \(errors)"
  }
}

/// A program that was started.
public final class RunningCommand: Sendable {
  public let pid: Int32
  private let output: Int32
  private let errors: Int32
  private let name: [String]

  init(pid: Int32, output: Int32, errors: Int32, name: [String]) {
    self.pid = pid
    self.output = output
    self.errors = errors
    self.name = name
  }

  deinit {
    close(output)
    close(errors)
  }

  /// Sends it a signal.
  public func signal(_ number: Int32) { kill(pid, number) }

  /// What it has written to standard error so far.
  public var errorsSoFar: String { String(decoding: Scratch.contents(of: errors), as: UTF8.self) }

  /// What it has written to standard output by now.
  public var outputSoFar: String { String(decoding: Scratch.contents(of: output), as: UTF8.self) }

  /// Waits for its end; call it once.
  ///
  /// - Throws: `FixtureError` when it runs longer than `limit`, after killing it.
  public func wait(within limit: Duration = .seconds(120)) throws -> Outcome {
    let deadline = ContinuousClock.now + limit
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      guard ContinuousClock.now < deadline else {
        kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
        throw FixtureError("\(name) did not end within \(limit): \(errorsSoFar)")
      }
      usleep(2000)
    }
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return Outcome(status: code, bytes: Scratch.contents(of: output), errors: errorsSoFar)
  }
}

/// Something that keeps a test from saying anything about the program under test.
public struct FixtureError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
