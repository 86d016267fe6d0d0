// SPDX-License-Identifier: Apache-2.0

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
    agent: String, tls: TLSConfiguration = .makeClientConfiguration()
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
  /// - Throws: what BoringSSL throws for a configuration that it refuses.
  func get() throws -> NIOSSLContext {
    try made.withLock { made in
      if let made { return made }
      let context = try NIOSSLContext(configuration: configuration)
      made = context
      return context
    }
  }
}
