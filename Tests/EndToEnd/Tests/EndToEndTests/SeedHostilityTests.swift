// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// Clients and trees that mean no good.
@Suite struct SeedHostilityTests {
  private static let fugue = DebianPackage("fugue")

  /// Sends requests until nothing takes them for a second, then reads. Prints how many bytes were
  /// taken, how many whole requests those are, and how many responses came.
  private static let flood = """
    import socket, sys, time
    host, _, port = sys.argv[1].removeprefix("http://").partition(":")
    request = f"GET /{sys.argv[2]} HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode()
    many = request * 10_000
    connection = socket.create_connection((host, int(port)))
    connection.setblocking(False)
    taken, moved = 0, time.monotonic()
    while time.monotonic() - moved < 1 and taken < 256 << 20:
        try:
            taken += connection.send(many[taken % len(request):])
            moved = time.monotonic()
        except BlockingIOError:
            time.sleep(0.01)
    connection.setblocking(True)
    connection.settimeout(60)
    connection.shutdown(socket.SHUT_WR)
    count, rest = 0, b""
    while bytes := connection.recv(1 << 20):
        rest = rest[-7:] + bytes
        count += rest.count(b"HTTP/1.1")
    print(taken, taken // len(request), count)
    """

  @Test func whoAsksWithoutReadingIsStopped() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive)
    let output = try Command(
      "/usr/bin/python3", "-c", Self.flood, seeder.url, "dists/bookworm/Release"
    ).check()
    let numbers = String(decoding: output, as: UTF8.self).split { $0 == " " || $0 == "\n" }
      .compactMap { Int($0) }
    let (taken, requests, responses) = (numbers[0], numbers[1], numbers[2])
    // What the sockets of both sides hold, and no more: the program reads on when there is room.
    #expect(taken < 64 << 20)
    #expect(requests > 1000)
    // The last may be cut short, which is answered as well: with a refusal.
    #expect((requests...requests + 1).contains(responses))
    #expect(try seeder.get(Self.fugue.path).status == 200)
  }

  /// More answers than sockets hold, read slowly, to requests that have all come before the first is read.
  @Test func whoHasClosedItsSideGetsAllAnswers() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive)
    let program = """
      import socket, sys, time
      host, _, port = sys.argv[1].removeprefix("http://").partition(":")
      connection = socket.socket()
      connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
      connection.connect((host, int(port)))
      connection.settimeout(60)
      connection.sendall(f"GET /{sys.argv[2]} HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode() * 10_000)
      connection.shutdown(socket.SHUT_WR)
      time.sleep(1)
      count, rest = 0, b""
      while bytes := connection.recv(1 << 16):
          time.sleep(0.002)
          rest = rest[-11:] + bytes
          count += rest.count(b"HTTP/1.1 200")
      print(count)
      """
    let output = try Command(
      "/usr/bin/python3", "-c", program, seeder.url, "dists/bookworm/Release"
    ).check()
    #expect(String(decoding: output, as: UTF8.self) == "10000\n")
  }

  @Test func whatIsNoFileIsNotThere() throws {
    let archive = try ArchiveFixture()
    let pool = "\(archive.archive)/pool"
    try Command("mkfifo", "\(pool)/fifo").check()
    try Files.link("\(pool)/zero", to: "/dev/zero")
    try Files.link("\(pool)/loop", to: "loop")
    try Files.makeDirectory("\(pool)/directory")
    let seeder = try SeedProcess(archive)
    for name in ["fifo", "zero", "loop", "directory", String(repeating: "a", count: 300)] {
      let reply = try seeder.get("pool/\(name)", "--max-time", "5")
      #expect(reply.status == 404, "\(name)")
    }
    #expect(try seeder.get(String(repeating: "pool/", count: 20_000)).status == 414)
    #expect(try seeder.get(Self.fugue.path).status == 200)
  }

  /// A client that vanishes in the middle of things leaves nothing behind.
  @Test func connectionsThatBreakLeaveNothing() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive)
    for _ in 0..<50 {
      let client = try Command(
        "curl", "-q", "-s", "--noproxy", "*", "--limit-rate", "1K", "-o", "/dev/null",
        "\(seeder.url)/\(Self.fugue.path)"
      ).start()
      usleep(5_000)
      client.signal(SIGKILL)
      _ = try client.wait()
    }
    for _ in 0..<500 {
      let page = try seeder.status("metrics").text
      if page.contains("archive_tool_http_connections 0\n") { return }
      usleep(20_000)
    }
    Issue.record("connections stay: \(try seeder.status("metrics").text)")
  }
}
