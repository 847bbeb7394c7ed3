import Testing

@testable import LIFHTTP

@Suite("Calls through a proxy", .timeLimit(.minutes(1)))
struct ProxyTests {
    /// Of no machine: only a proxy reaches it.
    private static let host = "sis.example.edu"

    private func configuration(
        http: Int? = nil, https: Int? = nil, user: String = "", except: String = "", allowedHosts: Set<String>? = nil
    ) throws -> OutgoingHTTPConfiguration {
        func proxy(_ port: Int?, _ variable: String) throws -> OutgoingProxy? {
            try port.map { try OutgoingProxy("http://\(user)127.0.0.1:\($0)", variable: variable) }
        }
        return OutgoingHTTPConfiguration(
            allowedHosts: allowedHosts,
            proxies: OutgoingProxies(
                http: try proxy(http, "HTTP_PROXY"), https: try proxy(https, "HTTPS_PROXY"),
                exceptions: ProxyExceptions(except)))
    }

    private func failure(
        _ configuration: OutgoingHTTPConfiguration, _ url: String = "http://\(host)/1"
    ) async throws -> OutgoingHTTPError {
        try await withClient(configuration) { client in
            try await #require(throws: OutgoingHTTPError.self) {
                try await client.send(OutgoingRequest(url: url, timeout: .seconds(20)))
            }
        }
    }

    @Test("An http request goes to the proxy with its whole URL, and with the proxy's credential")
    func forwarded() async throws {
        try await RawServer.with(.answer(answer(body: "{}"))) { proxy in
            try await withClient(try configuration(http: proxy.port, user: "us%20er:p%40ss@")) { client in
                for path in ["/a%20b/c?d=e", ":8080/2"] {
                    let response = try await client.send(
                        OutgoingRequest(
                            .post, url: "http://\(Self.host)\(path)", headers: [("Authorization", "Bearer t")],
                            body: Array("end-of-body".utf8), timeout: .seconds(20)))
                    #expect(response.status == 200 && response.body == Array("{}".utf8))
                }
            }
            let requests = proxy.requests.map { $0.split(separator: "\r\n").map(String.init) }
            #expect(
                requests.map(\.first) == [
                    "POST http://\(Self.host)/a%20b/c?d=e HTTP/1.1", "POST http://\(Self.host):8080/2 HTTP/1.1",
                ])
            let lines = requests[0].map { $0.lowercased() }
            #expect(lines.contains("host: \(Self.host)") && lines.contains("authorization: bearer t"))
            // us er:p@ss
            #expect(requests[0].contains { $0.hasSuffix(": Basic dXMgZXI6cEBzcw==") })
            #expect(lines.filter { $0.hasPrefix("proxy-authorization:") }.count == 1)
            #expect(proxy.connections == 1)
        }
    }

    @Test("A streamed answer comes through the proxy, too")
    func streamed() async throws {
        try await RawServer.with(.answerAndClose(openHead() + Array("data: 1\n\n".utf8))) { proxy in
            try await withClient(try configuration(http: proxy.port)) { client in
                var bytes: [UInt8] = []
                try await client.stream(
                    OutgoingRequest(url: "http://\(Self.host)/events", timeout: .seconds(20)),
                    head: { #expect($0 == 200) }, chunk: { bytes += $0 })
                #expect(bytes == Array("data: 1\n\n".utf8))
                #expect(proxy.requests.first?.hasPrefix("GET http://\(Self.host)/events HTTP/1.1\r\n") == true)
            }
        }
    }

    @Test("An https request has the proxy open a tunnel, in which the host is spoken to with TLS")
    func tunnelled() async throws {
        // The host greets without TLS: that is its fault and not the proxy's.
        try await RawServer.with(.greetAndClose(answer("400 Bad Request"))) { host in
            try await TunnelProxy.with(to: host.port) { proxy in
                let error = try await failure(
                    try configuration(http: 1, https: proxy.port, user: "user:s3cr3t@"), "https://\(Self.host)/1")
                #expect(error.kind == .tls)
                #expect(proxy.requests.count == 1 && host.connections == 1)
                let lines = proxy.requests.first?.split(separator: "\r\n").map(String.init) ?? []
                #expect(lines.first == "CONNECT \(Self.host):443 HTTP/1.1")
                #expect(lines.contains { $0.lowercased() == "proxy-authorization: basic dxnlcjpzm2nym3q=" })
            }
        }
    }

    @Test("This machine and the hosts that are excepted are called directly")
    func direct() async throws {
        try await RawServer.with(.answer(answer())) { server in
            try await withClient(try configuration(http: RawServer.refusedPort, except: Self.host)) { client in
                let response = try await client.send(OutgoingRequest(url: server.url, timeout: .seconds(20)))
                #expect(response.status == 200)
            }
            #expect(server.requests.first?.hasPrefix("GET / HTTP/1.1") == true)
        }
        let error = try await failure(try configuration(http: RawServer.refusedPort, except: "example.edu"))
        #expect(error.kind == .unreachable)
    }

    @Test("Only an allowed host is called, whatever the proxy's host is")
    func allowedHosts() async throws {
        try await RawServer.with(.answer(answer())) { proxy in
            let error = try await failure(try configuration(http: proxy.port, allowedHosts: ["127.0.0.1"]))
            #expect(error.kind == .hostNotAllowed && proxy.connections == 0)
            let allowed = try configuration(http: proxy.port, allowedHosts: [Self.host])
            try await withClient(allowed) { client in
                _ = try await client.send(OutgoingRequest(url: "http://\(Self.host)/", timeout: .seconds(20)))
            }
        }
    }

    @Test("A proxy that cannot be reached is named, and its credential is not", arguments: ["http", "https"])
    func refused(scheme: String) async throws {
        let port = RawServer.refusedPort
        let error = try await failure(
            try configuration(http: port, https: port, user: "user:s3cr3t@"), "\(scheme)://\(Self.host)/")
        #expect(error.kind == .proxy(mayPass: true))
        #expect(error.message.hasPrefix("The proxy that \(scheme.uppercased())_PROXY names cannot be reached."))
        #expect(!error.message.contains("s3cr3t") && !error.message.contains("user"))
    }

    struct Answer: Sendable {
        let status: String
        var headers: [String] = []
        /// `nil`: it is the host's own answer.
        let http: OutgoingHTTPError.Kind?
        let https: OutgoingHTTPError.Kind
    }

    private static let answers = [
        Answer(
            status: "407 Proxy Authentication Required", headers: ["Proxy-Authenticate: Basic realm=\"x\""],
            http: .proxy(mayPass: false), https: .proxy(mayPass: false)),
        Answer(status: "502 Bad Gateway", http: .proxy(mayPass: true), https: .proxy(mayPass: true)),
        Answer(status: "504 Gateway Timeout", http: .proxy(mayPass: true), https: .proxy(mayPass: true)),
        Answer(
            status: "503 Service Unavailable", headers: ["X-Squid-Error: ERR_DNS_FAIL 0"],
            http: .proxy(mayPass: true), https: .proxy(mayPass: true)),
        Answer(
            status: "403 Forbidden", headers: ["Proxy-Status: gw; error=http_request_denied"],
            http: .proxy(mayPass: false), https: .proxy(mayPass: true)),
        Answer(status: "403 Forbidden", http: nil, https: .proxy(mayPass: true)),
        Answer(status: "503 Service Unavailable", http: nil, https: .proxy(mayPass: true)),
        Answer(status: "404 Not Found", headers: ["Proxy-Status: gw"], http: nil, https: .proxy(mayPass: true)),
    ]

    @Test("A proxy's own failures are distinguished from the host's answers", arguments: answers)
    func failures(_ expected: Answer) async throws {
        let bytes = answer(expected.status, headers: expected.headers, body: "no")
        try await RawServer.with(.answer(bytes)) { proxy in
            let configuration = try configuration(http: proxy.port, https: proxy.port)
            let refused = try await failure(configuration, "https://\(Self.host)/")
            #expect(refused.kind == expected.https)
            #expect(refused.message.hasPrefix("The proxy that HTTPS_PROXY names "))
            if let kind = expected.http {
                let error = try await failure(configuration)
                #expect(error.kind == kind)
                #expect(error.message.hasPrefix("The proxy that HTTP_PROXY names"))
            } else {
                try await withClient(configuration) { client in
                    let response = try await client.send(
                        OutgoingRequest(url: "http://\(Self.host)/", timeout: .seconds(20)))
                    #expect(expected.status.hasPrefix("\(response.status) "))
                }
            }
        }
    }
}
