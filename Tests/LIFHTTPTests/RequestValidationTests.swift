import LIFHTTP
import Testing

@Suite("Requests that are refused before anything is sent", .timeLimit(.minutes(1)))
struct RequestValidationTests {
    private func error(
        _ request: OutgoingRequest, _ configuration: OutgoingHTTPConfiguration = OutgoingHTTPConfiguration()
    ) async throws -> OutgoingHTTPError {
        try await withClient(configuration) { client in
            try await #require(throws: OutgoingHTTPError.self) { try await client.send(request) }
        }
    }

    @Test(
        "A URL that is none, or could be read in two ways, is refused",
        arguments: [
            "", "127.0.0.1", "/path", "//host/path", "http:/host", "http://", "http:///path", "http://?q",
            "file:///etc/passwd", "ftp://host/", "http+unix://%2Ftmp%2Fs/", "unix:///tmp/s", "gopher://host/",
            "javascript:alert(1)",
            "http://host/a b", "http://host/\r\nX-Evil: 1", "http://host/\nX", "http://host/\u{0}", "http://host/é",
            "http://hóst/", "http://host\r\n/", "http://ho%73t/", "http://host\\@other/", "http://host/\\path",
            "http://host/<x>",
            "http://host/{id}", "http://host/%zz", "http://host/%4", "http://host/a|b", "http://host?a[b]=c",
            "http://user@host/", "http://user:pass@host/", "http://@host/", "http://host:0/", "http://host:65536/",
            "http://host:/", "http://host:8a/", "http://host:-1/", "http://host:80:80/", "http://[::1/",
            "http://[evil]/",
            "http://[::1]x/", "http://[]/", "http://ho[st/",
        ])
    func refusedURL(url: String) async throws {
        let refused = try await error(OutgoingRequest(url: url, timeout: .seconds(30)))
        #expect(refused.kind == .invalidURL)
    }

    @Test(
        "A header that would change the message is refused, and no connection is made",
        arguments: [
            ("X-A", "1\r\nX-Evil: 1"), ("X-A", "1\nX-Evil: 1"), ("X-A", "1\r"), ("X-A", "1\u{0}"), ("X-A", "1\u{7F}"),
            ("X-A\r\nX-Evil", "1"), ("X-A: 1", "1"), ("", "1"), ("X A", "1"), ("X-É", "1"), ("Host", "other"),
            ("content-length", "3"), ("Transfer-Encoding", "chunked"), ("Connection", "close"), ("Upgrade", "h2c"),
            ("Accept-Encoding", "br"),
        ])
    func refusedHeader(name: String, value: String) async throws {
        try await RawServer.with(.answer(answer())) { server in
            let request = OutgoingRequest(url: server.url, headers: [(name, value)], timeout: .seconds(30))
            let refused = try await error(request)
            #expect(refused.kind == .invalidHeader)
            #expect(server.connections == 0)
        }
    }

    @Test("A value may hold a tab and letters beyond ASCII")
    func allowedValue() async throws {
        try await RawServer.with(.answer(answer())) { server in
            try await withClient { client in
                let headers = [(name: "X-Name", value: "a\té")]
                _ = try await client.send(OutgoingRequest(url: server.url, headers: headers, timeout: .seconds(30)))
                #expect(server.requests.first?.contains(": a\té\r\n") == true)
            }
        }
    }

    @Test("Only allowed hosts are called, by name with any port or with the one given")
    func allowedHosts() async throws {
        try await RawServer.with(.answer(answer())) { server in
            let request = OutgoingRequest(url: server.url, timeout: .seconds(30))
            for hosts: Set<String> in [["127.0.0.1"], ["127.0.0.1:\(server.port)"], ["other", "127.0.0.1"]] {
                try await withClient(OutgoingHTTPConfiguration(allowedHosts: hosts)) { client in
                    let response = try await client.send(request)
                    #expect(response.status == 200)
                }
            }
            let before = server.connections
            for hosts: Set<String> in [[], ["localhost"], ["127.0.0.1:1"], ["127.0.0"], ["127.0.0.1.example"]] {
                let configuration = OutgoingHTTPConfiguration(allowedHosts: hosts)
                let refused = try await error(request, configuration)
                #expect(refused.kind == .hostNotAllowed)
            }
            #expect(server.connections == before)
        }
    }

    @Test("The case of a host's name does not matter, and a default port counts as its port")
    func spellingsOfHosts() async throws {
        for (url, hosts) in [
            ("https://Example.COM/x", "example.com:444"), ("http://example.com/", "EXAMPLE.com:443"),
            ("http://[::1]:8080/", "::1"),
        ] {
            let configuration = OutgoingHTTPConfiguration(allowedHosts: [hosts])
            let refused = try await error(OutgoingRequest(url: url, timeout: .seconds(30)), configuration)
            #expect(refused.kind == .hostNotAllowed)
        }
        // These are allowed, and fail because nothing is there.
        let port = RawServer.refusedPort
        let allowed = [("http://LOCALHOST:\(port)/", "localhost"), ("http://127.0.0.1:\(port)", "127.0.0.1:\(port)")]
        for (url, hosts) in allowed {
            let configuration = OutgoingHTTPConfiguration(allowedHosts: [hosts])
            let refused = try await error(OutgoingRequest(url: url, timeout: .seconds(30)), configuration)
            #expect(refused.kind == .unreachable)
        }
    }

    @Test("No error repeats the URL, its query, a header or a body")
    func descriptions() async throws {
        let secret = "Renee-100001"
        var errors: [OutgoingHTTPError] = []
        for url in ["http://host/\(secret) x", "http://\(secret)@host/", "ftp://\(secret)/", "http://host:\(secret)/"] {
            errors.append(try await error(OutgoingRequest(url: url, timeout: .seconds(30))))
        }
        errors.append(
            try await error(
                OutgoingRequest(url: "http://host/", headers: [("X-A", "\(secret)\n")], timeout: .seconds(30))))
        errors.append(
            try await error(
                OutgoingRequest(url: "http://host/\(secret)", timeout: .seconds(30)),
                OutgoingHTTPConfiguration(allowedHosts: [])))
        let port = RawServer.refusedPort
        let unreachable = "http://127.0.0.1:\(port)/\(secret)?q=\(secret)"
        errors.append(try await error(OutgoingRequest(url: unreachable, timeout: .seconds(30))))
        errors.append(try await failure(.answer(Array("\(secret)\r\n\r\n".utf8))))
        #expect(errors.count == 8)
        for error in errors {
            for text in [error.description, String(describing: error), String(reflecting: error), "\(error.kind)"] {
                #expect(!text.contains("Renee") && !text.contains("100001"))
            }
            #expect(error.description.hasSuffix("."))
        }
    }
}
