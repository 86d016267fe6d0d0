// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import CSockets
internal import Glibc

/// epoll(7): waits for many descriptors at once.
struct Poller: ~Copyable {
  /// What a descriptor is watched for; errors and hang-ups are always reported, as readable.
  enum Interest: UInt32 {
    // EPOLLIN | EPOLLRDHUP
    case reading = 0x2001
    // EPOLLOUT
    case writing = 4
    case nothing = 0
  }

  private let descriptor: Descriptor
  private var events: [epoll_event]

  /// - Throws: `ArchiveError` when the system has no descriptor left.
  init() throws(ArchiveError) {
    let number = epoll_create1(Int32(O_CLOEXEC))
    guard number >= 0 else { throw .system(errno, "make a poller", "epoll") }
    descriptor = Descriptor(owning: number, path: "epoll")
    events = [epoll_event](repeating: epoll_event(), count: 256)
  }

  /// Watches a descriptor; `tag` comes back with its events. Whether it could be done.
  func add(_ number: CInt, _ interest: Interest, tag: UInt64) -> Bool {
    control(EPOLL_CTL_ADD, number, interest, tag)
  }

  /// Watches it for something else.
  func change(_ number: CInt, _ interest: Interest, tag: UInt64) -> Bool {
    control(EPOLL_CTL_MOD, number, interest, tag)
  }

  /// Watches a descriptor, whether it was watched before or not.
  func set(_ number: CInt, _ interest: Interest, tag: UInt64) {
    if !change(number, interest, tag: tag) { _ = add(number, interest, tag: tag) }
  }

  private func control(
    _ operation: CInt, _ number: CInt, _ interest: Interest, _ tag: UInt64
  ) -> Bool {
    var event = epoll_event()
    event.events = interest.rawValue
    event.data.u64 = tag
    return epoll_ctl(descriptor.number, operation, number, &event) == 0
  }

  /// Waits at most `milliseconds`; returns the tags of what is ready.
  mutating func wait(milliseconds: CInt, into tags: inout [UInt64]) {
    tags.removeAll(keepingCapacity: true)
    let count = epoll_wait(descriptor.number, &events, CInt(events.count), milliseconds)
    for index in 0..<max(0, Int(count)) { tags.append(events[index].data.u64) }
  }
}
