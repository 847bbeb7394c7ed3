import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite("A query that is exactly as large as is allowed, and one larger", .timeLimit(.minutes(1)))
struct ExactLimitTests {
    @Test("Learners of a query", arguments: [(2, true), (3, false)])
    func learners(count: Int, isTaken: Bool) async throws {
        let setup = PlannerSetup([source("org1", ["Name"])], ["org1": ScriptedOperator()]) { $0.learnerLimit = 2 }
        let query = LIFQuery(learners: LIFQueryPlannerTests.learners(0..<count), selectedFields: [])
        do {
            _ = try await setup.planner.run(query)
            #expect(isTaken && setup.calls("org1") == 2)
        } catch let error as LIFError {
            #expect(!isTaken && error.code == .queryNotValid)
        }
    }

    private static func refusal(_ jsonPath: String) -> String? {
        do throws(LIFError) {
            _ = try LIFQuery(jsonPath: jsonPath)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("Learners that a JSONPath names")
    func jsonPathLearners() {
        func any(_ member: String) -> String {
            (0..<100).map { "@.\(member)=='\($0)'" }.joined(separator: " || ")
        }
        // A hundred identifiers with a hundred types each.
        let all = "(\(any("identifier"))) && (\(any("identifierType")))"
        #expect(Self.refusal("$.Person[?@.Identifier[?\(all)]].Name") == nil)
        let more = "(\(all)) || (@.identifier=='x' && @.identifierType=='y')"
        #expect(Self.refusal("$.Person[?@.Identifier[?\(more)]].Name")?.contains("more than 10000 learners") == true)
    }

    @Test("Fields that a JSONPath selects, and their bytes")
    func jsonPathFields() {
        let start = "$.Person[?@.Identifier[?@.identifier=='1' && @.identifierType=='T']].Name"
        func names(_ count: Int) -> String {
            "[" + (0..<count).map { "'f\($0)'" }.joined(separator: ",") + "]"
        }
        #expect(Self.refusal(start + names(40) + names(50)) == nil)
        #expect(Self.refusal(start + names(3) + names(667))?.contains("more than 2000 fields") == true)
        #expect(Self.refusal(start + names(2_000)) == nil)
        let room = CanonicalQuery.maximumFieldBytes - "Person.Name.".utf8.count
        #expect(Self.refusal(start + "." + String(repeating: "x", count: room)) == nil)
        let long = Self.refusal(start + "." + String(repeating: "x", count: room + 1))
        #expect(long?.contains("longer than 1024 bytes") == true)
    }

    @Test("Learners that wait for a LIF Cache elsewhere")
    func waiting() async throws {
        let gate = Gate()
        let cache = AppendedCache(gate)
        let writer = RecordCacheWriter(
            RecordReader(cache: cache, organization: nil), catalogue: { SourceCatalogue([]) }, writerLimit: 1,
            waitingLimit: 2, logger: .silent)
        let all = LIFQueryPlannerTests.learners(0..<4)
        writer.write([try fragment("Name", "[1]")], of: all[0])
        try await within("the first one is written") { try await cache.asked.wait(for: 1) }
        for learner in all.dropFirst() { writer.write([try fragment("Name", "[1]")], of: learner) }
        // One who waits already takes no further place.
        writer.write([try fragment("Contact", "[1]")], of: all[1])
        gate.open()
        await writer.flush()
        #expect(cache.saved.value == Array(all.prefix(3)))
        #expect(cache.asked.count == 3)
    }
}

/// Has no records, answers when its gate opens, and notes whose fragments it got.
private final class AppendedCache: RecordCache {
    let asked = Tally()
    let saved = Noted<[LearnerIdentifier]>([])
    private let gate: Gate

    init(_ gate: Gate) { self.gate = gate }

    func records(of learners: [LearnerIdentifier], paths: [FragmentPath]) async throws -> [LIFRecord] {
        asked.add()
        try await gate.wait()
        return []
    }

    func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws {
        saved.change { $0.append(learner) }
    }
}
