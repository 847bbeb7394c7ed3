import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite struct CommandAnswerTests {
    private static let text = Array(
        (" {\"fragment_path\":\"Person.Name\",\"fragment\":[{\"a\":\"}{\\\"\\\\\",\"b\":[[],{}]}]}\r\n\n"
            + "{\"fragment_path\":\"Person.Contact\",\"fragment\":{\"é\":\"\\u00e9]\"}}{\"learner_known\":true}\n\t")
            .utf8)

    @Test("However an answer is cut into pieces, the same is read")
    func pieces() throws {
        let part = CommandTrial.part(["Name", "Contact"])
        var whole = CommandAnswer(to: part)
        let expected = try whole.take(Self.text)
        #expect(expected.count == 2)
        for size in 1..<Self.text.count {
            var answer = CommandAnswer(to: part)
            var items: [OperatorItem] = []
            for start in stride(from: 0, to: Self.text.count, by: size) {
                items += try answer.take(Array(Self.text[start..<min(start + size, Self.text.count)]))
            }
            #expect(items == expected)
            #expect(try answer.report() == OperatorReport(learnerKnown: true))
        }
    }

    @Test("No beginning of an answer but a whole number of objects is an answer")
    func prefixes() throws {
        for count in 0..<Self.text.count {
            var answer = CommandAnswer(to: CommandTrial.part(["Name", "Contact"]))
            _ = try answer.take(Array(Self.text[..<count]))
            let last = Self.text[..<count].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            var depth = CommandAnswerFrames()
            _ = try depth.take(Array(Self.text[..<count]))
            if depth.isInsideObject || last == nil {
                #expect(throws: LIFError.self) { try answer.report() }
            } else {
                _ = try answer.report()
            }
        }
    }

    @Test("A bit that is turned gives an answer or a failure, and no more")
    func flips() throws {
        for index in Self.text.indices {
            for bit in 0..<8 {
                var text = Self.text
                text[index] ^= 1 << bit
                var answer = CommandAnswer(to: CommandTrial.part(["Name", "Contact"]))
                do throws(LIFError) {
                    _ = try answer.take(text)
                    _ = try answer.report()
                } catch {
                    #expect(error.reason == .invalidAnswer)
                }
            }
        }
    }
}
