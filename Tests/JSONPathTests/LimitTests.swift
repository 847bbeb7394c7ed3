import Foundation
import JSONPath
import LIFJSON
import Synchronization
import Testing

@Suite("Limits of JSONPath queries")
struct LimitTests {
    @Test("A query may be as long as the limit and no longer")
    func length() throws {
        let limits = JSONPathLimits(maximumLength: 10)
        #expect(refusal("$.abcdefgh", limits: limits) == nil)
        #expect(refusal("$.abcdefghi", limits: limits)?.kind == .tooLong(limit: 10))
    }

    @Test(
        "Filters, parentheses and functions may be nested as deep as the limit and no deeper",
        arguments: [
            ("$", "[?@", "", "]"), ("$[?", "(", "@", ")]"), ("$[?", "!(", "@", ")]"), ("$[?", "length(", "@", ")>1]"),
        ])
    func depth(start: String, open: String, middle: String, close: String) throws {
        // The filter itself is one level.
        let levels = start == "$" ? 32 : 31
        func nested(_ count: Int) -> String {
            let closing = String(repeating: String(close.prefix(1)), count: count) + close.dropFirst()
            return start + String(repeating: open, count: count) + middle + closing
        }
        #expect(refusal(nested(levels)) == nil)
        #expect(refusal(nested(levels + 1))?.kind == .tooDeep(limit: 32))
        #expect(refusal(nested(100_000), limits: JSONPathLimits(maximumLength: .max))?.kind == .tooDeep(limit: 32))
    }

    @Test("The depth that a limit can allow fits a small stack, in parsing, evaluation and release")
    func smallStack() throws {
        let depth = JSONPathLimits.greatestDepth
        let limits = JSONPathLimits(maximumDepth: .max)
        let filters = "$" + String(repeating: "[?@", count: depth) + String(repeating: "]", count: depth)
        let parentheses =
            "$[?" + String(repeating: "!(", count: depth - 1) + "@" + String(repeating: ")", count: depth - 1) + "]"
        let groups = String(repeating: "(", count: depth) + "a" + String(repeating: ")*", count: depth)
        let document = String(repeating: "[", count: 250) + String(repeating: "]", count: 250)
        let finished = Mutex(false)
        let thread = Thread {
            for query in [filters, parentheses, "$[?match(@, '\(groups)')]", "$..[?@==$]"] {
                guard (try? select(query, document, limits: limits)) != nil else { return }
            }
            finished.withLock { $0 = true }
        }
        thread.stackSize = 512 << 10
        thread.start()
        while !thread.isFinished { Thread.sleep(forTimeInterval: 0.001) }
        #expect(finished.withLock { $0 })
        #expect(refusal("$[?" + parentheses.dropFirst(3).dropLast() + "]", limits: limits) == nil)
    }

    @Test(
        "Integers are within the range of I-JSON",
        arguments: ["9007199254740992", "-9007199254740992", "99999999999999999999999999"])
    func integers(number: String) throws {
        for query in ["$[\(number)]", "$[\(number):]", "$[:\(number)]", "$[::\(number)]"] {
            #expect(refusal(query)?.kind == .integerOutOfRange)
        }
        #expect(try select("$[?@ == \(number)]", "[1,\(number)]") == [number])
    }

    @Test("The greatest integers select nothing and do no harm")
    func greatestIntegers() throws {
        let greatest = String(JSONPathLimits.greatestInteger)
        for query in ["$[\(greatest)]", "$[-\(greatest)]", "$[\(greatest):]", "$[:-\(greatest)]"] {
            #expect(try select(query, "[1,2]") == [])
        }
        #expect(try select("$[-\(greatest):\(greatest):\(greatest)]", "[1,2]") == ["1"])
        #expect(try select("$[::-\(greatest)]", "[1,2]") == ["2"])
    }

    @Test("An evaluation that takes too long is given up")
    func work() throws {
        let document = "[" + Array(repeating: "1", count: 1_000).joined(separator: ",") + "]"
        var limits = JSONPathLimits(maximumWork: 100_000)
        let error = #expect(throws: JSONPathError.self) {
            try select("$[?count($[?count($[?@==1])>0])>0]", document, limits: limits)
        }
        #expect(error?.kind == .tooMuchWork(limit: 100_000))
        #expect(error?.position == nil)
        limits.maximumWork = 20_000
        #expect(try select("$[*]", document, limits: limits).count == 1_000)
    }

    @Test("Selecting the same nodes again and again is given up")
    func nodes() throws {
        let limits = JSONPathLimits(maximumNodes: 1_000)
        let query = "$" + String(repeating: "[0,0]", count: 60)
        let document = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        let error = #expect(throws: JSONPathError.self) { try select(query, document, limits: limits) }
        #expect(error?.kind == .tooManyNodes(limit: 1_000))
        #expect(try select("$" + String(repeating: "[0,0]", count: 9), document, limits: limits).count == 512)
    }

    @Test("Work counts what is compared: long strings, long numbers, large objects")
    func costs() throws {
        let limits = JSONPathLimits(maximumWork: 1_500)
        let long = String(repeating: "x", count: 100_000)
        let digits = String(repeating: "9", count: 100_000)
        let members = (0..<5_000).map { "\"\($0)\":0" }.joined(separator: ",")
        for document in ["[\"\(long)\"]", "[\(digits)]", "[{\(members)}]"] {
            #expect(throws: JSONPathError.self) { try select("$[?@ == $[0]]", document, limits: limits) }
        }
        #expect(throws: JSONPathError.self) { try select("$[?search(@, 'y')]", "[\"\(long)\"]", limits: limits) }
    }

    @Test("Work counts the states of a regular expression that read nothing")
    func emptyBranches() throws {
        let limits = JSONPathLimits(maximumWork: 100_000)
        let pattern = "(" + String(repeating: "|", count: 2_000) + ")b"
        let text = String(repeating: "a", count: 10_000)
        #expect(throws: JSONPathError.self) {
            try select("$[?search(@, '\(pattern)')]", "[\"\(text)\"]", limits: limits)
        }
    }
}
