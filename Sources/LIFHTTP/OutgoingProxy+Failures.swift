import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension OutgoingProxy {
    private var name: String { "The proxy that \(variable) names" }

    private var unreached: OutgoingHTTPError {
        OutgoingHTTPError(
            .proxy(mayPass: true), "\(name) cannot be reached. Check the variable, and whether the proxy runs.")
    }

    private var unauthorized: OutgoingHTTPError {
        OutgoingHTTPError(
            .proxy(mayPass: false),
            "\(name) wants another credential (HTTP 407). Write user and password into the variable: "
                + "http://user:password@host:port.")
    }

    /// What an error of a call through it means, where it is the proxy's own; `nil` where it is the host's or ours.
    func failure(_ cause: any Error) -> OutgoingHTTPError? {
        switch cause {
        case is NIOConnectionError, ChannelError.connectTimeout: return unreached
        case let error as IOError where Self.isNoConnection(error): return unreached
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout: return unreached
            case .proxyAuthenticationRequired: return unauthorized
            case .invalidProxyResponse, .httpProxyHandshakeTimeout:
                return OutgoingHTTPError(
                    .proxy(mayPass: true),
                    "\(name) has not connected to the host. Check whether it lets this host and port through.")
            default: return nil
            }
        default: return nil
        }
    }

    /// The connection that is made first is the one to the proxy.
    private static func isNoConnection(_ error: IOError) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ETIMEDOUT].contains(error.errnoCode)
    }

    /// What an answer of a proxy that forwards means, where it is the proxy's own; `nil` where it is the host's.
    ///
    /// 502 and 504 say that a gateway did not reach the host: the proxy, or one after it.
    func failure(_ answer: HTTPClientResponse) -> OutgoingHTTPError? {
        let status = Int(answer.status.code)
        if status == 407 { return unauthorized }
        // Proxy-Status is RFC 9209; the other one is what Squid sends with pages of its own.
        let isOwn =
            answer.headers.contains(name: "X-Squid-Error")
            || answer.headers["Proxy-Status"].contains { $0.contains("error=") }
        guard status == 502 || status == 504 || (status >= 400 && isOwn) else { return nil }
        let mayPass = FailureStatus(status).mayPass
        return OutgoingHTTPError(
            .proxy(mayPass: mayPass),
            mayPass
                ? "\(name), or a gateway behind it, has not reached the host (HTTP \(status))."
                : "\(name) does not let the call through (HTTP \(status)). Check its rules.")
    }
}
