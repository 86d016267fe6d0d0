// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CSockets
internal import Glibc
private import Synchronization
internal import Tracker

/// Memory that all connections of a worker use in turn.
struct ConnectionMemory: ~Copyable {
  let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 * 1024, alignment: 16)
  let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 * 1024, alignment: 16)
  /// One response's body: at most 200 peers as dictionaries, or 74 torrents, fit several times.
  let body = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

  deinit {
    input.deallocate()
    output.deallocate()
    body.deallocate()
  }
}

extension Worker {
  /// Seconds that a connection may stand still: no request is complete, no byte of a response taken.
  private static var idle: UInt64 { 20 }

  /// Takes the connections that wait, and answers those whose request is there already.
  mutating func accept(_ listener: CInt, isAdmin: Bool, _ registry: TorrentRegistry) {
    // Not all at once: those that are open have their turn.
    for _ in 0..<64 {
      var address = sockaddr_in6()
      let number = archive_accept(listener, &address)
      if number < 0 {
        // What the other end has given up already is not the end of what waits.
        if errno == ECONNABORTED || errno == EINTR { continue }
        // Without a descriptor for it a connection waits, and would wake us again at once.
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { listen(for: .nothing) }
        return
      }
      guard let source = Endpoint(address)?.address else {
        close(number)
        continue
      }
      var connection = Connection(
        number: number, source: source, isAdmin: isAdmin,
        deadline: Moment.now.seconds + Self.idle)
      if connections.count >= context.connectionLimit { connection.isLast = true }
      guard let interest = advance(&connection, registry) else {
        close(number)
        continue
      }
      let tag = Self.connectionTag | connections.insert(connection)
      if !poller.add(number, interest, tag: tag) { drop(connection, tag) }
    }
  }

  /// Goes on with a connection that the kernel has news of.
  mutating func proceed(_ tag: UInt64, _ registry: TorrentRegistry) {
    guard var connection = connections[tag] else { return }
    let wasWriting = !connection.output.isEmpty
    guard let interest = advance(&connection, registry) else { return drop(connection, tag) }
    connections[tag] = connection
    if wasWriting != (interest == .writing),
      !poller.change(connection.number, interest, tag: tag)
    {
      drop(connection, tag)
    }
  }

  private mutating func drop(_ connection: Connection, _ tag: UInt64) {
    close(connection.number)
    connections.remove(tag)
  }

  /// Sends, receives and answers as far as it goes; what to wait for then, nil when the connection
  /// is done with.
  private mutating func advance(
    _ connection: inout Connection, _ registry: TorrentRegistry
  ) -> Poller.Interest? {
    if !connection.output.isEmpty {
      guard let isDone = flush(&connection) else { return nil }
      if !isDone { return .writing }
      if connection.isLast { return nil }
    }
    let kept = connection.input.count
    connection.input.withUnsafeBytes { memory.input.copyMemory(from: $0) }
    let space = UnsafeMutableRawBufferPointer(rebasing: memory.input[kept...])
    let count = recv(connection.number, space.baseAddress, space.count, 0)
    if count == 0 { return nil }
    if count < 0 { return errno == EAGAIN || errno == EINTR ? .reading : nil }
    return answer(&connection, kept + count, registry)
  }

  /// Answers all requests among the first `count` bytes of the input.
  private mutating func answer(
    _ connection: inout Connection, _ count: Int, _ registry: TorrentRegistry
  ) -> Poller.Interest? {
    var output = ByteWriter(memory.output)
    var offset = 0
    let now = Moment.now
    let isOverLimit = connection.isLast
    connection.isLast = false
    while offset < count, !connection.isLast {
      let request = RawSpan(
        _unsafeBytes: UnsafeRawBufferPointer(rebasing: memory.input[offset..<count]))
      do throws(Refusal) {
        guard let head = try RequestHead(request) else { break }
        connection.isLast = !head.staysOpen || isOverLimit
        connection.deadline = now.seconds + Self.idle
        if connection.isAdmin {
          respond(toAdmin: head, request, &connection)
        } else if let body = context.engine.fullScrape(head) {
          send(output.written, &connection)
          output.rewind(to: 0)
          connection.output += Self.response(body, to: head, isLast: connection.isLast)
        } else {
          var body = ByteWriter(memory.body)
          if isOverloaded || isOverLimit, head.resource == .announce {
            context.engine.refuse(.overloaded, &session, into: &body)
          } else {
            context.engine.answer(
              head, of: request, from: connection.source, at: now, registry, &session,
              into: &body)
          }
          output.append(response: body.written, to: head, isLast: connection.isLast)
        }
        offset += head.length
      } catch {
        var body = ByteWriter(memory.body)
        context.engine.refuse(error, &session, into: &body)
        connection.isLast = true
        output.append(response: body.written, to: nil, isLast: true)
      }
      if output.room < memory.body.count + 1024 { send(output.written, &connection) }
      if output.room < memory.body.count + 1024 { output.rewind(to: 0) }
    }
    if connection.isLast || offset == count {
      connection.input.removeAll(keepingCapacity: false)
    } else {
      connection.input = Array(memory.input[offset..<count])
    }
    send(output.written, &connection)
    session.counters.received &+= UInt64(offset)
    session.counters.sent &+= UInt64(output.count)
    guard let isDone = flush(&connection) else { return nil }
    if !isDone { return .writing }
    return connection.isLast ? nil : .reading
  }

  /// A response whose body is too large for the memory that all share.
  private static func response(_ body: [UInt8], to head: RequestHead, isLast: Bool) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: body.count + 1024) { memory, count in
      var output = ByteWriter(UnsafeMutableRawBufferPointer(memory))
      body.withUnsafeBytes { output.append(response: $0, to: head, isLast: isLast) }
      count = output.count
    }
  }

  /// Sends at once what the kernel takes, and keeps the rest.
  private func send(_ bytes: UnsafeRawBufferPointer, _ connection: inout Connection) {
    if bytes.isEmpty { return }
    var sent = 0
    if connection.output.isEmpty {
      sent = max(0, Glibc.send(connection.number, bytes.baseAddress, bytes.count, NoSignal.flag))
    }
    if sent < bytes.count { connection.output.append(contentsOf: bytes[sent...]) }
  }

  /// Sends what was kept; whether that was all, nil when the client is gone.
  private func flush(_ connection: inout Connection) -> Bool? {
    if connection.output.isEmpty { return true }
    let sent = connection.output.withUnsafeBytes {
      Glibc.send(connection.number, $0.baseAddress, $0.count, NoSignal.flag)
    }
    if sent < 0 { return errno == EAGAIN || errno == EINTR ? false : nil }
    connection.output.removeFirst(sent)
    connection.deadline = Moment.now.seconds + Self.idle
    return connection.output.isEmpty
  }

  private func respond(
    toAdmin head: RequestHead, _ request: RawSpan, _ connection: inout Connection
  ) {
    func text(_ range: Range<Int>) -> String {
      request.extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
    let isForeign = connection.source.isLoopback && !LoopbackHost.isMeant(text(head.host))
    connection.output += AdminSite(context: context).response(
      to: isForeign ? nil : text(head.path), isHead: head.isHead, isGet: head.isGet || head.isHead,
      isLast: connection.isLast,
      isOld: head.isOld)
  }
}

private enum NoSignal {
  static let flag = Int32(MSG_NOSIGNAL)
}

extension ByteWriter {
  /// A response with a bencoded body: always 200, because clients do not read others (BEP 3).
  fileprivate mutating func append(
    response body: UnsafeRawBufferPointer, to head: RequestHead?, isLast: Bool
  ) {
    append("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ")
    append(decimal: UInt64(body.count))
    if isLast {
      append("\r\nConnection: close\r\n\r\n")
    } else if head?.isOld == true {
      append("\r\nConnection: keep-alive\r\n\r\n")
    } else {
      append("\r\n\r\n")
    }
    if head?.isHead != true { append(body) }
  }
}
