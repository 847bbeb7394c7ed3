import Testing

@testable import LIFConfiguration

@Suite struct ProxyVariablesTests {
    @Test("Variables of a proxy that is not used are named in a notice, without what they hold")
    func notice() async throws {
        let environment = [
            "HTTP_PROXY": "http://user:s3cr3t@proxy:3128", "https_proxy": "proxy:3128", "ALL_PROXY": " ",
        ]
        let notices = try await load(oneSource, environment: environment).notices
        #expect(notices.count == 1)
        #expect(notices.first?.hasPrefix("Set and not used: HTTP_PROXY, https_proxy. ") == true)
        #expect(notices.first?.contains("s3cr3t") == false && notices.first?.contains("3128") == false)
        #expect(try await load(oneSource, environment: ["NO_PROXY": "h", "HTTP_PROXY": ""]).notices.isEmpty)
    }
}
