import LIFHTTP
import Testing

@testable import LIFConfiguration

@Suite struct ProxyVariablesTests {
    @Test("The variables are known in both cases, the lower one wins, and ALL_PROXY is for what the others do not say")
    func variables() async throws {
        func proxies(_ environment: [String: String]) async throws -> OutgoingProxies {
            try await load(oneSource, environment: environment).proxies
        }
        let upper = try await proxies(["HTTP_PROXY": "a:1", "HTTPS_PROXY": "b:2", "NO_PROXY": "h"])
        #expect(upper.http?.description == "a:1 (HTTP_PROXY)" && upper.https?.description == "b:2 (HTTPS_PROXY)")
        #expect(upper.exceptions == ProxyExceptions("h"))
        let both = try await proxies([
            "HTTP_PROXY": "a:1", "http_proxy": "b:2", "all_proxy": "c:3", "NO_PROXY": "h", "no_proxy": "i",
        ])
        #expect(both.http?.description == "b:2 (http_proxy)" && both.https?.description == "c:3 (all_proxy)")
        #expect(both.exceptions == ProxyExceptions("i"))
        let empty = try await proxies(["http_proxy": " ", "HTTP_PROXY": "a:1", "HTTPS_PROXY": ""])
        #expect(empty.http?.description == "a:1 (HTTP_PROXY)" && empty.https == nil)
        #expect(try await proxies([:]) == OutgoingProxies())
    }

    @Test("A variable that cannot be used is named in one notice, without its value; the others are used")
    func notice() async throws {
        let environment = [
            "ALL_PROXY": "socks5://user:s3cr3t@proxy:1080", "https_proxy": "http://user:s3cr3t@proxy:3128",
        ]
        let configuration = try await load(oneSource, environment: environment)
        #expect(configuration.proxies.https?.port == 3_128 && configuration.proxies.http == nil)
        #expect(configuration.notices.count == 1)
        #expect(configuration.notices.first?.hasPrefix("The variable ALL_PROXY names a SOCKS proxy") == true)
        #expect(configuration.notices.first?.contains("s3cr3t") == false)
        let both = try await load(oneSource, environment: ["ALL_PROXY": "socks5://proxy"])
        #expect(both.notices.count == 1)
    }
}
