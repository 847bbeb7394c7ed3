import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

extension OutgoingHTTPError {
    /// Sorts what the libraries below throw. Their own texts may hold hosts, header values and the like, so nothing of
    /// them is kept.
    init(cause: any Error, limit: Int) {
        switch cause {
        case is CancellationError:
            self.init(.cancelled)
        case let error as HTTPClientError:
            self.init(client: error)
        case NIOHTTPDecompression.DecompressionError.limit:
            self.init(.tooLarge(limit: limit))
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self.init(.protocolError, "The answer's compressed body is damaged.")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(.tls)
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

    private init(client error: HTTPClientError) {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self.init(.timeout)
        case .connectTimeout, .getConnectionFromPoolTimeout:
            self.init(.unreachable, "The connection did not come about in time.")
        case .remoteConnectionClosed, .uncleanShutdown:
            self.init(.unreachable, "The connection was closed before the answer was complete.")
        case .tlsHandshakeTimeout:
            self.init(.tls)
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
