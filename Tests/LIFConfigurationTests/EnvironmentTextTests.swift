import LIFSettings
import Testing

@testable import LIFConfiguration

@Suite("Variables in values")
struct EnvironmentTextTests {
    @Test(
        "They are replaced, with defaults, and can be written literally",
        arguments: [
            ("plain", "plain"), ("${A}", "1"), ("x${A}y${B}z", "x1y2z"), ("${C:-d}", "d"), ("${E:-d}", "d"),
            ("${A:-d}", "1"), ("${C:-}", ""), ("${C:-a:-b}", "a:-b"), ("$${A}", "${A}"), ("$A $ $$", "$A $ $$"),
            ("${S}", "padded"), ("", ""), ("${E}", ""),
        ])
    func replaced(text: String, expected: String) {
        let diagnostics = Diagnostics()
        let reader = EnvironmentText(environment: ["A": "1", "B": "2", "E": "", "S": "  padded\n"])
        let segments = reader.segments(of: text, at: .environment, diagnostics)
        #expect(WrittenText(place: .environment, segments: segments).value == expected)
        #expect(diagnostics.isEmpty)
    }
}
