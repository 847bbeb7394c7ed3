import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

extension OutgoingHTTPError {
    /// Sorts what the libraries below throw. Their own texts may hold hosts, header values and the like, so nothing of
    /// them is kept.
    ///
    /// - Parameter proxy: What the call went through.
    init(cause: any Error, limit: Int, proxy: OutgoingProxy? = nil) {
        if let failure = proxy?.failure(cause) {
            self = failure
            return
        }
        switch cause {
        case is CancellationError:
            self.init(.cancelled)
        case let error as HTTPClientError:
            self.init(client: error)
        case NIOHTTPDecompression.DecompressionError.limit:
            self.init(.tooLarge(limit: limit))
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self.init(.protocolError, "The answer's compressed body is damaged.")
        case let error as NIOSSLError where error.isLostConnection:
            self.init(.unreachable, Self.lost)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(.tls)
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection:
            self.init(.unreachable, Self.lost)
        case is NIOConnectionError, is SocketAddressError:
            self.init(.unreachable)
        case ChannelError.connectTimeout:
            self.init(.unreachable, "The connection did not come about in time.")
        case is IOError, is ChannelError:
            self.init(.unreachable, "The connection was refused or lost.")
        default:
            self.init(.protocolError)
        }
    }

    private static let lost = "The connection was closed before the answer was complete."

    private init(client error: HTTPClientError) {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self.init(.timeout)
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout,
            .socksHandshakeTimeout:
            self.init(.unreachable, "The connection did not come about in time.")
        case .remoteConnectionClosed, .uncleanShutdown:
            self.init(.unreachable, Self.lost)
        case .cancelled, .requestStreamCancelled:
            self.init(.cancelled)
        case .alreadyShutdown:
            self.init(.cancelled, "The HTTP client has been shut down.")
        case .invalidURL, .emptyHost, .emptyScheme:
            self.init(.invalidURL)
        default:
            self.init(.protocolError)
        }
    }
}

extension NIOSSLError {
    /// The connection ended without an end of TLS, inside the handshake or after it. That says nothing about a certificate.
    fileprivate var isLostConnection: Bool {
        switch self {
        case .uncleanShutdown, .handshakeFailed(.zeroReturn), .handshakeFailed(.syscallError): true
        case .handshakeFailed(let error):
            error == .sslError([.eofDuringHandshake])
                || error == .sslError([.eofDuringAdditionalCertficiateChainValidation])
        default: false
        }
    }
}
