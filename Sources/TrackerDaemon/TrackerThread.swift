// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Glibc

/// What a thread is to run.
private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs `body` on a thread of its own, away from the cooperative pool, and waits for its end
/// without one.
///
/// - Throws: `ArchiveError` when the system has no thread left, and what `body` throws.
func withThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
    let box = Unmanaged.passRetained(
      ThreadBody { done.resume(with: Result(catching: body)) })
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    if status == 0 {
      pthread_detach(thread)
    } else {
      box.release()
      done.resume(throwing: ArchiveError(.system, "cannot start a thread"))
    }
  }
}
