// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Things that several tasks use in turn, each by one at a time.
final class Pool<Element: Sendable>: Sendable {
  private let idle = Mutex<[Element]>([])

  /// One of them; nil when all are in use. Nobody waits here.
  func take() -> Element? { idle.withLock { $0.popLast() } }

  /// Brings one back, or a first time.
  func give(_ element: Element) { idle.withLock { $0.append(element) } }
}
