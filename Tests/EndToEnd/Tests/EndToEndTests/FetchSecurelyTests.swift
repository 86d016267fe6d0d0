// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// `archive-tool fetch` from a mirror that speaks HTTPS.
@Suite struct FetchSecurelyTests {
  /// A seeder whose certificate signs itself, and the certificate.
  private static func served(
    for names: String = "DNS:localhost,IP:127.0.0.1"
  ) throws -> (ArchiveFixture, SeedProcess, certificate: String) {
    let archive = try ArchiveFixture()
    let certificate = "\(archive.directory)/certificate.pem"
    let key = "\(archive.directory)/key.pem"
    try Command(
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
      "/CN=mirror", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", certificate
    ).check()
    try archive.configure(
      "TLS-Certificate: \(certificate)\nTLS-Key: \(key)\nHTTPS: 127.0.0.1:0")
    try archive.hashInSilence()
    let seeder = try SeedProcess(archive, "--threads", "1")
    try seeder.waitForCatalog()
    return (archive, seeder, certificate)
  }

  private func client(_ archive: ArchiveFixture, _ seeder: SeedProcess, trusting: String?) throws
    -> FetchClient
  {
    var client = FetchClient(archive, seeder)
    client.url = try seeder.secureURL
    if let trusting { client.environment["SSL_CERT_FILE"] = trusting }
    return client
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func aCertificateThatIsTrusted(host: String) throws {
    let (archive, seeder, certificate) = try Self.served()
    var client = try client(archive, seeder, trusting: certificate)
    client.url = client.url.replacing("127.0.0.1", host)
    let report = try client.fetch("fugue", "canon")
    try client.expectFetched(FetchTests.fugue, FetchTests.canon)
    #expect(report.totals.bytesFromWebSeeds == report.totals.bytesWanted)
    #expect(report.files.map(\.pieces) == [3, 1])
  }

  @Test func oneThatNobodyKnowsIsRefused() throws {
    let (archive, seeder, _) = try Self.served()
    let client = try client(archive, seeder, trusting: nil)
    let outcome = try client.run("fugue")
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("CERTIFICATE_VERIFY_FAILED"), "\(outcome)")
    #expect(!Files.exists(client.path(of: FetchTests.fugue)))
  }

  @Test func oneForAnotherNameIsRefused() throws {
    let (archive, seeder, certificate) = try Self.served(for: "DNS:elsewhere.example")
    let client = try client(archive, seeder, trusting: certificate)
    let outcome = try client.run("fugue")
    #expect(outcome.status == 65, "\(outcome)")
    #expect(!Files.exists(client.path(of: FetchTests.fugue)))
  }

  @Test func certificatesThatCannotBeReadAreSaid() throws {
    let (archive, seeder, _) = try Self.served()
    let missing = "\(archive.directory)/none.pem"
    let outcome = try client(archive, seeder, trusting: missing).run("fugue")
    #expect(outcome.status == 65 && outcome.errors.contains(missing), "\(outcome)")
  }
}
