import LIFModel
import Testing

@Suite("Which hosts are this machine") struct LoopbackTests {
    @Test(
        "A loopback address in full and \"localhost\" are, in any spelling; another name is not, whatever it begins or ends with",
        arguments: [
            ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("[::1]", true), ("0:0:0:0:0:0:0:1", true),
            ("::ffff:127.0.0.1", true), ("localhost", true), ("LocalHost", true), ("", false), ("127.1", false),
            ("127.0.0.1.example.edu", false), ("127.0.0.256", false), ("localhost.example.edu", false),
            ("a.localhost", false), ("10.0.0.1", false), ("0.0.0.0", false), ("::2", false), ("::", false),
        ])
    func hosts(host: String, isLoopback: Bool) {
        #expect(Loopback.contains(host: host) == isLoopback)
    }
}
