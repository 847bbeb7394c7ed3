import Testing

@testable import LIFHTTP

@Suite("Reading a URL")
struct OutgoingURLTests {
    @Test(
        "A URL goes out in one spelling, and its host as RFC 9110 wants it",
        arguments: [
            ("http://Example.com", "http://example.com:80/", "example.com"),
            ("HTTPS://example.com?q=1", "https://example.com:443/?q=1", "example.com"),
            ("https://example.com:443/a/../b", "https://example.com:443/a/../b", "example.com"),
            ("http://example.com:8002/#part", "http://example.com:8002/", "example.com:8002"),
            ("http://example.com#@evil.org/", "http://example.com:80/", "example.com"),
            ("http://example.com:443/", "http://example.com:443/", "example.com:443"),
            ("http://[2001:DB8::1]/x", "http://[2001:db8::1]:80/x", "[2001:db8::1]"),
            ("http://[::1]:8080?a=@b:c", "http://[::1]:8080/?a=@b:c", "[::1]:8080"),
            ("http://lif_api-1.internal:80/%2F%c3%A9", "http://lif_api-1.internal:80/%2F%c3%A9", "lif_api-1.internal"),
        ])
    func spelling(text: String, expected: String, host: String) throws {
        let url = try OutgoingURL(parsing: text)
        #expect(url.text == expected)
        #expect(url.hostHeader == host)
    }
}

@Suite("Origins")
struct WebOriginTests {
    @Test(
        "What stays on the machine is known by its address, not by how a name begins",
        arguments: [
            ("127.0.0.1:80", true), ("http://127.9.9.9", true), ("[::1]:8002", true), ("localhost", true),
            ("127.example.edu", false), ("localhost.example.edu", false), ("10.0.0.1", false), ("[::2]", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try WebOrigin(written: text).isLoopback == isLoopback)
    }
}
