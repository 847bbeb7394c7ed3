import Testing

@testable import LIFHTTP

@Suite("Which calls go through a proxy") struct ProxyRulesTests {
    @Test(
        "NO_PROXY names hosts, the hosts below them, addresses, networks and ports",
        arguments: [
            ("example.edu", ["example.edu", "EXAMPLE.edu.", "a.b.example.edu", "example.edu:8443"], ["anexample.edu"]),
            (".example.edu", ["example.edu", "a.example.edu"], ["example.edu.org"]),
            ("*.example.edu", ["a.example.edu", "example.edu"], ["example.com"]),
            ("x, a.b:8080 c.d\t", ["a.b:8080", "e.a.b:8080", "c.d", "x"], ["a.b", "a.b:80", "d"]),
            ("*", ["anything", "10.0.0.1", "[2001:db8::1]"], []),
            (
                "10.1.2.3,2001:DB8::1", ["10.1.2.3", "[2001:db8:0:0::1]", "[::ffff:10.1.2.3]"],
                ["10.1.2.4", "0.10.1.2.3"]
            ),
            ("10.0.0.0/9,2001:db8::/33", ["10.127.0.1", "[2001:db8:7fff::1]"], ["10.128.0.1", "[2001:db8:8000::1]"]),
            ("[2001:db8::1]:81,10.1.2.3:81", ["[2001:db8::1]:81", "10.1.2.3:81"], ["[2001:db8::1]", "10.1.2.3"]),
            ("0.0.0.0/0", ["10.1.2.3"], ["[2001:db8::1]", "example.edu"]),
            ("", [], ["example.edu", "10.1.2.3", "128.0.0.1"]),
            ("10.0.0.0/33, 10.0.0.0/x, a:b, ., :80", [], ["10.0.0.1", "a", "example.edu"]),
        ])
    func exceptions(list: String, direct: [String], others: [String]) throws {
        let exceptions = ProxyExceptions(list)
        for (hosts, isDirect) in [(direct, true), (others, false)] {
            for host in hosts {
                let url = try OutgoingURL(parsing: "http://\(host)/")
                #expect(exceptions.contain(url.host, port: url.port) == isDirect, "\(host)")
            }
        }
    }

    @Test(
        "This machine is always called directly",
        arguments: ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "a.localhost"])
    func loopback(host: String) throws {
        let proxy = try OutgoingProxy("proxy", variable: "http_proxy")
        let proxies = OutgoingProxies(http: proxy, https: proxy)
        for scheme in ["http", "https"] {
            #expect(proxies.proxy(for: try OutgoingURL(parsing: "\(scheme)://\(host):81/")) == nil)
            #expect(proxies.proxy(for: try OutgoingURL(parsing: "\(scheme)://a.example.edu:81/")) == proxy)
        }
    }

    @Test(
        "A proxy is a host with or without scheme, port and credential",
        arguments: [
            ("http://proxy:3128", "proxy", 3_128, nil), ("proxy.local", "proxy.local", 80, nil),
            ("HTTP://10.0.0.1:8080/", "10.0.0.1", 8_080, nil), ("[2001:db8::1]:3128", "2001:db8::1", 3_128, nil),
            ("http://user:pa%3Ass@proxy:1", "proxy", 1, "dXNlcjpwYTpzcw=="),
            ("user@proxy:1", "proxy", 1, "dXNlcjo="), ("http://@proxy:1", "proxy", 1, nil),
        ] as [(String, String, Int, String?)])
    func proxy(text: String, host: String, port: Int, credentials: String?) throws {
        let proxy = try OutgoingProxy(text, variable: "HTTP_PROXY")
        #expect(proxy.host == host && proxy.port == port && proxy.credentials == credentials)
    }

    @Test(
        "What names no proxy that can be used says why, and nothing of the value",
        arguments: [
            ("socks5h://user:s3cr3t@proxy:1080", "SOCKS"), ("https://user:s3cr3t@proxy", "speaks TLS itself"),
            ("ftp://s3cr3t", "does not start with http://"), ("http://user:s3cr3t@proxy:99999", "no URL of a proxy"),
            ("http://", "no URL of a proxy"), ("http://us/er:s3cr3t@proxy", "no URL of a proxy"),
            ("http://user:s3cr3t%zz@proxy", "not percent-encoded"),
            ("http://user:s3cr3t%ff@proxy", "not percent-encoded"),
        ])
    func problems(text: String, reason: String) throws {
        let problem = #expect(throws: OutgoingProxy.Problem.self) { try OutgoingProxy(text, variable: "HTTP_PROXY") }
        #expect(problem?.reason.contains(reason) == true && problem?.reason.contains("s3cr3t") == false)
    }

    @Test("Describing or dumping proxies shows no credential")
    func description() throws {
        let proxy = try OutgoingProxy("http://user:s3cr3t@proxy:3128", variable: "http_proxy")
        let proxies = OutgoingProxies(http: proxy, exceptions: ProxyExceptions("a"))
        var dumped = ""
        dump(proxies, to: &dumped)
        for text in [dumped, "\(proxies)", "\(proxy)", String(reflecting: proxy), proxies.summary ?? ""] {
            #expect(!text.contains("s3cr3t") && !text.contains("czNjcjN0") && !text.contains("user"), "\(text)")
        }
        #expect(proxies.summary?.contains("http calls go through the proxy proxy:3128 (http_proxy)") == true)
        #expect(OutgoingProxies().summary == nil)
    }
}
