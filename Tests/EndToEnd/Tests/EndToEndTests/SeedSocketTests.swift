// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// Where the daemon listens, and what it writes.
@Suite struct SeedSocketTests {
  private static let fugue = DebianPackage("fugue")

  /// As systemd does: a socket that listens, as descriptor 3.
  private static let activation = """
    import os, socket, sys
    ready = socket.socket()
    ready.bind(("127.0.0.1", 0))
    ready.listen(16)
    print(ready.getsockname()[1], file=sys.stderr, flush=True)
    os.dup2(ready.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    os.execv(sys.argv[1], sys.argv[1:])
    """

  @Test func aSocketThatIsPassedIsListenedOn() throws {
    let archive = try ArchiveFixture()
    let process = try Command(
      "/usr/bin/python3", "-c", Self.activation, Tool.path, "seed", "--config",
      archive.configuration
    ).start()
    defer { process.signal(SIGKILL) }
    for _ in 0..<3000 where !process.errorsSoFar.contains("listening on ") { usleep(10_000) }
    let port = try #require(process.errorsSoFar.split(separator: "\n").first)
    let bytes = try SeedProcess.curl(["http://127.0.0.1:\(port)/\(Self.fugue.path)"])
    #expect(bytes == (try Files.read("\(archive.archive)/\(Self.fugue.path)")))
    process.signal(SIGTERM)
    #expect(try process.wait(within: .seconds(30)).status == 0)
  }

  @Test func aUnixSocketIsListenedOnAgainAfterADeath() throws {
    let archive = try ArchiveFixture()
    let socket = "\(archive.directory)/seed.sock"
    for signal in [SIGKILL, SIGTERM] {
      let seeder = try SeedProcess(archive, "--http", "unix:\(socket)")
      let bytes = try SeedProcess.curl([
        "--unix-socket", socket, "http://localhost/\(Self.fugue.path)",
      ])
      #expect(bytes == (try Files.read("\(archive.archive)/\(Self.fugue.path)")))
      if signal == SIGTERM { #expect(try seeder.stop().status == 0) }
      seeder.signal(signal)
    }
  }

  @Test func requestsAreLoggedInCombinedFormat() throws {
    let archive = try ArchiveFixture()
    let log = "\(archive.directory)/access.log"
    let seeder = try SeedProcess(archive, "--access-log", log)
    _ = try seeder.get(
      Self.fugue.path, "-r", "0-9", "-A", "Tool \"x\"", "-e", "http://a.example/")
    let line = try Self.wait(for: log)
    #expect(line.hasPrefix("127.0.0.1 - - ["))
    #expect(
      line.hasSuffix(
        "] \"GET /\(Self.fugue.path) HTTP/1.1\" 206 10 \"http://a.example/\" "
          + "\"Tool \\x22x\\x22\"\n"), "\(line)")
    try Files.move(log, to: "\(log).1")
    seeder.signal(SIGHUP)
    // Whether the signal has been seen shows in the new file.
    for _ in 0..<3000 where !Files.exists(log) { usleep(10_000) }
    _ = try seeder.get("none")
    #expect(try Self.wait(for: log).contains("\"GET /none HTTP/1.1\" 404 "))
  }

  /// A certificate for localhost that signs itself, and its key, in place of what is there.
  private static func makeCertificate(_ certificate: String, _ key: String) throws {
    try Command(
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
      "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate
    ).check()
  }

  @Test func aRenewedCertificateIsTakenUpAtSIGHUP() throws {
    let archive = try ArchiveFixture()
    let (certificate, key) = ("\(archive.directory)/c.pem", "\(archive.directory)/k.pem")
    try Self.makeCertificate(certificate, key)
    try archive.configure(
      "HTTPS: 127.0.0.1:0\nTLS-Certificate: \(certificate)\nTLS-Key: \(key)")
    let seeder = try SeedProcess(archive)
    let line = try #require(seeder.errors.firstMatch(of: /listening on (https:\S+)\n/))
    func get() throws -> Bool {
      try Command(
        "curl", "-q", "-sS", "--fail", "--noproxy", "*", "--cacert", certificate, "-o", "/dev/null",
        "\(line.output.1)/\(Self.fugue.path)"
      ).run().status == 0
    }
    #expect(try get())
    try Self.makeCertificate(certificate, key)
    #expect(try !get(), "the new one is not in use yet")
    seeder.signal(SIGHUP)
    for _ in 0..<500 where try !get() { usleep(20_000) }
    #expect(try get())
    // One that cannot be used changes nothing.
    let good = try Files.read(key)
    try Files.write("no key", to: key)
    seeder.signal(SIGHUP)
    for _ in 0..<500 where !seeder.errors.contains("old certificate") { usleep(20_000) }
    try Files.write(good, to: key)
    #expect(try get())
    #expect(try seeder.stop().status == 0)
  }

  private static func wait(for log: String) throws -> String {
    for _ in 0..<1000 {
      let text = try Files.text(log)
      if !text.isEmpty { return text }
      usleep(10_000)
    }
    throw FixtureError("nothing was logged")
  }
}
