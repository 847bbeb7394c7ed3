import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite(.timeLimit(.minutes(1))) struct KeptAnswerTests {
    private let time = ManualTime()
    private let sources = [
        source("org1", ["Name", "Contact", "gender"]), source("org2", ["Name", "CredentialAward"]),
    ]

    /// Data of every kind: items, a scalar, nothing, a failure; for learner 2 nothing at all.
    private var runner: LearnersRunner {
        LearnersRunner(time) { part in
            let learner = part.learner.identifier
            if learner == "2" { return .empty(learnerKnown: false) }
            if part.informationSourceID == "org2", learner == "3" { throw LIFError.refused }
            return .data([
                try fragment("Name", #"[{"firstName":"\#(learner)","lastName":"é\u00e9"},{"n":1.50}]"#),
                try fragment("gender", #""x\u0041""#), try fragment("CredentialAward", "[7]"),
            ])
        }
    }

    @Test(
        "An answer read from the store is, byte by byte, the one made in memory",
        arguments: [[], ["Person.Name"], ["Person.Name.firstName", "Person.gender"], ["Person.CredentialAward"]])
    func sameAnswer(fields: [String]) async throws {
        let query = LIFQuery(learners: learners(0..<45), selectedFields: fields)
        let answer = try await PlannerSetup(sources, time: time, runner: runner).planner.run(query)
        let planner = PlannerSetup(sources, time: time, runner: runner).planner
        let id = try #require(try await planner.reply(to: query, .noTime).correlationID)
        let kept = try await planner.answer(to: planner.request(id, waitingFor: .seconds(60)))

        #expect(try await kept.compatible() == answer.compatibleJSON.text)
        let native = try await kept.native()
        let expected = answer.nativeJSON(correlationID: id)
        #expect(native.members.map(\.name) == expected.members.map(\.name))
        for name in ["learner_known", "records"] {
            #expect(native[name]?.text == expected[name]?.text)
        }
        // Parts stand in the order in which they landed.
        #expect(native["parts"]?.elements.map(\.text).sorted() == expected["parts"]?.elements.map(\.text).sorted())
        #expect(kept.progress.oldestData == answer.oldestData)
        let gaps = Set(answer.gaps.map { "\($0.path) \($0.sourceID) \($0.outcome) \($0.reason ?? "")" })
        let keptGaps = try await kept.gaps().map { "\($0.path) \($0.sourceID) \($0.outcome) \($0.reason ?? "")" }
        #expect(keptGaps.sorted() == gaps.sorted())
    }

    @Test("No piece of an answer has more than some learners' records")
    func pieces() async throws {
        let planner = PlannerSetup(sources, time: time, runner: runner).planner
        let query = LIFQuery(learners: learners(0..<90), selectedFields: [])
        let id = try #require(try await planner.reply(to: query, .noTime).correlationID)
        let kept = try await planner.answer(to: planner.request(id, waitingFor: .seconds(60)))
        var sizes: [Int] = []
        try await kept.writeCompatible { sizes.append($0.count) }
        #expect(sizes.count == 19)
        #expect((sizes.max() ?? 0) < sizes.reduce(0, +) / 3)
    }

    @Test("An answer that is removed while it is read breaks off, and does not show learners without data")
    func removedMeanwhile() async throws {
        let planner = PlannerSetup(sources, time: time, runner: runner).planner
        let query = LIFQuery(learners: learners(0..<90), selectedFields: [])
        let id = try #require(try await planner.reply(to: query, .noTime).correlationID)
        let kept = try await planner.answer(to: planner.request(id, waitingFor: .seconds(60)))
        for isNative in [true, false] {
            let write: (ArraySlice<UInt8>) async throws -> Void = { _ in await planner.discard(id) }
            let error = await #expect(throws: LIFError.self) {
                if isNative {
                    try await kept.writeNative(correlationID: kept.request.id, to: write)
                } else {
                    try await kept.writeCompatible(to: write)
                }
            }
            #expect(error?.code == .resultExpired)
        }
    }

    @Test("A client that takes no more ends the writing")
    func writeFails() async throws {
        struct Gone: Error {}
        let planner = PlannerSetup(sources, time: time, runner: runner).planner
        let query = LIFQuery(learners: learners(0..<90), selectedFields: [])
        let id = try #require(try await planner.reply(to: query, .noTime).correlationID)
        let kept = try await planner.answer(to: planner.request(id, waitingFor: .seconds(60)))
        var pieces = 0
        await #expect(throws: Gone.self) {
            try await kept.writeNative(correlationID: kept.request.id) { _ in
                pieces += 1
                if pieces == 2 { throw Gone() }
            }
        }
        #expect(pieces == 2)
    }
}
