import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct AnswerMemoryTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func query(_ number: Int) -> CanonicalQuery {
        CanonicalQuery(
            learners: [LearnerIdentifier(identifier: "\(number)", identifierType: "T")],
            paths: [FragmentPath(entity: "Name")])
    }

    private func key(_ number: Int) -> FragmentKey {
        FragmentKey(
            sourceID: "org1", learner: LearnerIdentifier(identifier: "\(number)", identifierType: "T"),
            path: FragmentPath(entity: "Name"))
    }

    /// An answer with a name.
    private func answer(_ text: String) throws -> ReadyAnswer {
        let part = AnswerPart(
            learner: 0, ordinal: 0, path: FragmentPath(entity: "Name"), sourceID: "org1", outcome: .cached, items: 1,
            storedAt: start)
        return ReadyAnswer(
            QueryAnswer(
                query(0), landed: [LandedPart(part, content: try fragment("Name", text).content)], couldTell: true))
    }

    private func keep(_ number: Int, _ answer: ReadyAnswer, in memory: AnswerMemory, generation: Int? = nil) {
        memory.keep(
            answer, to: query(number), keys: [key(number)], validUntil: start.addingTimeInterval(60),
            generation: generation ?? memory.generation)
    }

    @Test("An answer is given until the instant of its expiry")
    func expiry() throws {
        let memory = AnswerMemory(budget: 1 << 20)
        let answer = try answer("[1]")
        keep(1, answer, in: memory)
        #expect(memory.answer(to: query(1), now: start.addingTimeInterval(59.999)) == answer)
        #expect(memory.answer(to: query(1), now: start.addingTimeInterval(60)) == nil)
        #expect(memory.answer(to: query(2), now: start) == nil)
    }

    @Test("An answer is given to a query whose learners are written alike; the last one is kept")
    func spelling() throws {
        let memory = AnswerMemory(budget: 1 << 20)
        let spellings = ["School number", "SCHOOL_NUMBER"].map { type in
            CanonicalQuery(
                learners: [LearnerIdentifier(identifier: "1", identifierType: type)],
                paths: [FragmentPath(entity: "Name")])
        }
        #expect(spellings[0] == spellings[1])
        for (number, query) in spellings.enumerated() {
            #expect(memory.answer(to: query, now: start) == nil)
            let answer = try answer("[\(number)]")
            memory.keep(
                answer, to: query, keys: [key(1)], validUntil: start.addingTimeInterval(60),
                generation: memory.generation)
            #expect(memory.answer(to: query, now: start) == answer)
        }
        #expect(memory.answer(to: spellings[0], now: start) == nil)
        memory.invalidate([key(1)])
        #expect(memory.answer(to: spellings[1], now: start) == nil)
    }

    @Test("A changed fragment drops the answers that hold it, and no others")
    func invalidation() throws {
        let memory = AnswerMemory(budget: 1 << 20)
        let answer = try answer("[0]")
        keep(1, answer, in: memory)
        keep(2, answer, in: memory)
        memory.invalidate([key(1)])
        #expect(memory.answer(to: query(1), now: start) == nil)
        #expect(memory.answer(to: query(2), now: start) == answer)
    }

    @Test("An answer made from what has changed meanwhile is not kept")
    func generation() throws {
        let memory = AnswerMemory(budget: 1 << 20)
        let before = memory.generation
        memory.invalidate([key(1)])
        keep(1, try answer("[0]"), in: memory, generation: before)
        #expect(memory.answer(to: query(1), now: start) == nil)
        keep(1, try answer("[0]"), in: memory)
        #expect(memory.answer(to: query(1), now: start) != nil)
    }

    @Test("The budget holds: the oldest answers go, the newest stays, and one beyond the budget is not kept")
    func budget() throws {
        let big = try answer(#"["\#(String(repeating: "x", count: 10_000))"]"#)
        // One costs a little more than twice its bytes: four fit.
        let memory = AnswerMemory(budget: 90_000)
        for number in 0..<100 {
            keep(number, big, in: memory)
            #expect(memory.answer(to: query(number), now: start) != nil)
        }
        let kept = (0..<100).filter { memory.answer(to: query($0), now: start) != nil }
        #expect(kept == [96, 97, 98, 99])
        keep(1_000, try answer(#"["\#(String(repeating: "x", count: 100_000))"]"#), in: memory)
        #expect(memory.answer(to: query(1_000), now: start) == nil)
        #expect(memory.answer(to: query(99), now: start) != nil)
    }

    @Test("Answers that take exactly the budget are kept, and of one byte less one of them goes")
    func exactBudget() throws {
        let answer = try answer("[1]")
        func kept(_ budget: Int, _ count: Int) -> Int {
            let memory = AnswerMemory(budget: budget)
            for number in 0..<count { keep(number, answer, in: memory) }
            return (0..<count).count { memory.answer(to: query($0), now: start) != nil }
        }
        let cost = try #require((1...10_000).first { kept($0, 1) == 1 })
        #expect(cost > 1_024)
        #expect(kept(2 * cost, 2) == 2 && kept(2 * cost - 1, 2) == 1)
    }

    @Test("A budget that is changed holds from then on")
    func otherBudget() throws {
        let memory = AnswerMemory(budget: 90_000)
        memory.removeAll(budget: 1)
        keep(1, try answer("[0]"), in: memory)
        #expect(memory.answer(to: query(1), now: start) == nil)
        memory.removeAll(budget: 90_000)
        memory.removeAll()
        keep(1, try answer("[0]"), in: memory)
        #expect(memory.answer(to: query(1), now: start) != nil)
    }

    @Test("An answer kept again is kept once, and its cost counts once")
    func keptAgain() throws {
        let big = try answer(#"["\#(String(repeating: "x", count: 10_000))"]"#)
        let memory = AnswerMemory(budget: 90_000)
        keep(0, big, in: memory)
        for _ in 0..<200 { keep(1, big, in: memory) }
        #expect(memory.answer(to: query(0), now: start) != nil)
        #expect(memory.answer(to: query(1), now: start) != nil)
    }

    @Test("A fetch in this process shows in the next answer at once")
    func ownChange() async throws {
        let setup = PlannerSetup(
            [source("org1", ["Name"], ttl: .seconds(60)), source("org2", ["Name"], ttl: .seconds(600))],
            [
                "org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")])),
                "org2": ScriptedOperator(.fragments([try fragment("Name", "[2]")])),
            ])
        _ = try await setup.run()
        let first = try await setup.run()
        setup.time.advance(by: .seconds(61))
        // Refreshed; the answer in memory that said when the first one expires is gone.
        _ = try await setup.run()
        let second = try await setup.run()
        #expect(first.parts.map(\.expiresAt) != second.parts.map(\.expiresAt))
        #expect(second.parts.first?.expiresAt == setup.time.now.addingTimeInterval(60))
    }

    @Test("What another process has fetched shows within 50 ms")
    func changeByOthers() async throws {
        let store = MemoryFragmentStore()
        let setup = PlannerSetup(
            [source("org1", ["Name"])], ["org1": ScriptedOperator(.fragments([try fragment("Name", "[1]")]))],
            fragments: store)
        _ = try await setup.run()
        for _ in 0..<3 { #expect(try await setup.run().compatibleJSON.text == #"[{"Person":[{"Name":[1]}]}]"#) }

        let other = MemoryFragmentStore(sharing: store)
        let key = FragmentKey(sourceID: "org1", learner: PlannerSetup.learner, path: FragmentPath(entity: "Name"))
        setup.time.advance(by: .seconds(1))
        try await other.write([
            StoredFragment(
                key: key, content: try fragment("Name", "[9]").content, learnerKnown: true, storedAt: setup.time.now,
                dataTimestamp: nil, origin: "adapter-of-org1")
        ])
        // The contract's time, not luck: from then on every answer is the new one.
        try await Task.sleep(for: CacheClient.staleness)
        #expect(try await setup.run().compatibleJSON.text == #"[{"Person":[{"Name":[9]}]}]"#)
        #expect(setup.calls("org1") == 1)
    }
}
