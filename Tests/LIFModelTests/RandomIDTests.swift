import LIFModel
import Testing

@Suite struct RandomIDTests {
    @Test(
        "An id that comes back has 1 to 64 letters, digits and hyphens",
        arguments: ["a", "Az-09", "zZ", String(repeating: "f", count: 64), "-"])
    func taken(text: String) { #expect(RandomID(text)?.text == text) }

    @Test(
        "Anything else is no id",
        arguments: ["", String(repeating: "f", count: 65), "a_b", "a b", "@", "[", "`", "{", "/", ":", "é", "a\n"])
    func refused(text: String) { #expect(RandomID(text) == nil) }

    @Test("A new id has 32 hexadecimal digits, comes back as it is, and is no other's")
    func new() {
        let ids = (0..<1_000).map { _ in RandomID() }
        #expect(Set(ids).count == 1_000)
        #expect(ids.allSatisfy { $0.text.utf8.count == 32 && $0.text.allSatisfy(\.isHexDigit) })
        #expect(ids.allSatisfy { RandomID($0.text) == $0 })
        #expect(ids[0].logLabel == String(ids[0].text.prefix(8)))
    }
}
