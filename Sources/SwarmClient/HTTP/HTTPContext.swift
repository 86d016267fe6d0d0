// SPDX-License-Identifier: Apache-2.0

private import Glibc
package import NIOCore
package import NIOPosix
package import NIOSSL
private import Synchronization

/// What all connections of a client share.
package struct HTTPContext: Sendable {
  package let loop: any EventLoop
  /// Where names are resolved.
  package let pool: NIOThreadPool
  package let limits: HTTPLimits
  /// The `User-Agent` field.
  package let agent: String
  let tls: TLSContext

  /// Connections on `loop`.
  package init(
    loop: any EventLoop, pool: NIOThreadPool = .singleton, limits: HTTPLimits = HTTPLimits(),
    agent: String, tls: TLSConfiguration = .trustingEnvironment
  ) {
    self.loop = loop
    self.pool = pool
    self.limits = limits
    self.agent = agent
    self.tls = TLSContext(tls)
  }
}

/// BoringSSL's context, made when it is first needed: it reads all of the system's certificates.
final class TLSContext: Sendable {
  private let made = Mutex<NIOSSLContext?>(nil)
  private let configuration: TLSConfiguration

  init(_ configuration: TLSConfiguration) {
    var configuration = configuration
    configuration.applicationProtocols = ["http/1.1"]
    self.configuration = configuration
  }

  /// The context.
  ///
  /// - Throws: `HTTPFailure.insecure` where BoringSSL refuses the configuration, or cannot read the
  ///   certificates that it names.
  func get() throws(HTTPFailure) -> NIOSSLContext {
    try made.withLock { made throws(HTTPFailure) in
      if let made { return made }
      do {
        let context = try NIOSSLContext(configuration: configuration)
        made = context
        return context
      } catch {
        guard case .file(let path)? = configuration.trustRoots else { throw .insecure("\(error)") }
        throw .insecure("\(path): \(error)")
      }
    }
  }
}

extension TLSConfiguration {
  /// A client's, that trusts what the system does, or else the certificates in the file or directory that
  /// SSL_CERT_FILE or SSL_CERT_DIR name, as programs with OpenSSL do.
  package static var trustingEnvironment: TLSConfiguration {
    var configuration = makeClientConfiguration()
    if let named = getenv("SSL_CERT_FILE") ?? getenv("SSL_CERT_DIR") {
      configuration.trustRoots = .file(String(cString: named))
    }
    return configuration
  }
}
