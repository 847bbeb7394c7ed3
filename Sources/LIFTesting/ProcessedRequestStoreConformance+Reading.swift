import LIFModel
import LIFQueryPlanner

/// How parts are read.
extension ProcessedRequestStoreConformance {
    static func reading(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("The parts of some learners come by learner, ordinal and position, and no others.") {
                expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                for learner in [3, 1, 0, 2] {
                    for (ordinal, source) in [(1, "b"), (0, "a"), (1, "a")] {
                        let part = try SampleRequests.part(
                            learner: learner, ordinal: ordinal, source: "\(source)\(ordinal)", items: "[\(learner)]")
                        _ = try await store.append([part], to: request.id, fence: 1)
                    }
                }
                let parts = try await store.parts(of: request.id, learners: 1..<3)
                try expect.equal(
                    parts.map { "\($0.part.learner)\($0.part.sourceID)" }, ["1a0", "1b1", "1a1", "2a0", "2b1", "2a1"],
                    "the order")
                try expect(try await store.parts(of: request.id, learners: 2..<2).isEmpty, "no learners have parts")
            },
            ConformanceCheck("A page has at most so many parts and so much data, and one part however large.") {
                expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                // 5 bytes each but the third.
                let items = ["[100]", "[200]", "[30000000]", "[400]", nil]
                for (learner, items) in items.enumerated() {
                    let part = try SampleRequests.part(learner: learner, items: items)
                    _ = try await store.append([part], to: request.id, fence: 1)
                }
                func page(after position: Int, _ limit: Int, _ bytes: Int) async throws -> [Int] {
                    try await store.parts(of: request.id, after: position, limit: limit, maximumBytes: bytes)
                        .map(\.landed.part.learner)
                }
                let positions = try await store.outcomes(of: request.id, after: 0, limit: 9).map(\.position)
                try expect.equal(positions.count, 5, "number of parts")
                try expect.equal(try await page(after: 0, 9, 10), [0, 1], "two that fit")
                try expect.equal(try await page(after: 0, 9, 9), [0], "the second does not fit")
                try expect.equal(try await page(after: 0, 1, 99), [0], "a page of one")
                try expect.equal(try await page(after: 0, 0, 0), [0], "one at least")
                try expect.equal(try await page(after: positions[1], 9, 1), [2], "one that is too large")
                try expect.equal(try await page(after: positions[2], 9, 5), [3, 4], "one without data needs no room")
                try expect.equal(try await page(after: positions[4], 9, 99), [], "after the last")
            },
            ConformanceCheck("Outcomes are the parts without their data, page by page.") { expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                let parts = try SampleRequests.allOutcomes()
                _ = try await store.append(parts, to: request.id, fence: 1)
                let first = try await store.outcomes(of: request.id, after: 0, limit: 3)
                let rest = try await store.outcomes(of: request.id, after: first.last?.position ?? 0, limit: 3)
                let without = parts.map { LandedPart($0.part, content: nil) }
                try expect.equal(first.map(\.landed), Array(without.prefix(3)), "the first page")
                try expect.equal(rest.map(\.landed), Array(without.dropFirst(3)), "the second page")
            },
            ConformanceCheck("Which parts of some learners have landed is told without their data.") { expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                for learner in 0..<4 {
                    let parts = [
                        try SampleRequests.part(learner: learner, items: "[1]"),
                        try SampleRequests.part(learner: learner, source: "org2", outcome: .missing),
                    ]
                    _ = try await store.append(parts, to: request.id, fence: 1)
                }
                let expected = [1, 2].flatMap { learner in
                    ["org1", "org2"].map {
                        PartKey(learner: learner, path: FragmentPath(entity: "Name"), sourceID: $0)
                    }
                }
                try expect.equal(
                    try await store.landed(of: request.id, learners: 1..<3), Set(expected), "what has landed")
                try expect(try await store.landed(of: RandomID(), learners: 0..<9).isEmpty, "of an unknown request")
            },
            ConformanceCheck("Each kind of gap is given once, the first that landed, and nobody's.") { expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                func gap(
                    _ learner: Int, _ entity: String, _ outcome: AnswerPart.Outcome, _ reason: Failure.Reason?,
                    _ message: String = ""
                ) -> AnswerPart {
                    AnswerPart(
                        learner: learner, ordinal: learner, path: FragmentPath(entity: entity), sourceID: "org1",
                        outcome: outcome, failure: reason.map { Failure($0, message, attempts: 2) })
                }
                let gaps = [
                    gap(0, "Name", .missing, .timeout, "first"), gap(0, "Contact", .stale, nil),
                    gap(1, "Name", .missing, .timeout, "second"), gap(2, "Name", .missing, .unreachable),
                    gap(3, "Name", .stale, .timeout), gap(1, "Contact", .stale, nil),
                ]
                let others = [try SampleRequests.part(learner: 9, items: "[1]"), try SampleRequests.part(learner: 8)]
                _ = try await store.append(
                    others + gaps.map { LandedPart($0, content: nil) }, to: request.id, fence: 1)
                try expect.equal(
                    try await store.gaps(of: request.id),
                    [
                        gap(0, "Name", .missing, .timeout, "first"), gap(0, "Contact", .stale, nil),
                        gap(0, "Name", .missing, .unreachable), gap(0, "Name", .stale, .timeout),
                    ], "the gaps")
                try expect(try await store.gaps(of: RandomID()).isEmpty, "of an unknown request")
            },
            ConformanceCheck("Progress counts what has landed, and tells who may be known and how old the data is.") {
                expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                try expect.equal(try await store.progress(of: request.id), RequestProgress(), "before the first part")
                let unknown = try SampleRequests.part(learner: 1, outcome: .empty, storedAt: 5, learnerKnown: false)
                _ = try await store.append([unknown], to: request.id, fence: 1)
                let first = try await store.progress(of: request.id)
                try expect(!first.mayKnowLearner, "a learner that no source knows may be known")
                try expect.equal(first.landed, [.empty: 1], "what has landed")
                _ = try await store.append(try SampleRequests.allOutcomes(), to: request.id, fence: 1)
                let progress = try await store.progress(of: request.id)
                try expect.equal(
                    progress.landed, [.fetched: 1, .cached: 1, .stale: 1, .empty: 2, .missing: 1], "what has landed")
                try expect(progress.mayKnowLearner, "a learner that a source knows may not be known")
                try expect.equal(progress.oldestData, SampleRequests.date(-50), "when the oldest data was fetched")
                let other = SampleRequests.request()
                try await store.accept(other)
                let missing = try SampleRequests.part(outcome: .missing, storedAt: nil, learnerKnown: false)
                _ = try await store.append([missing], to: other.id, fence: 1)
                let ofMissing = try await store.progress(of: other.id)
                try expect(ofMissing.mayKnowLearner, "a source that failed cannot tell, and the learner may be known")
                try expect.equal(ofMissing.oldestData, nil, "when data was fetched that is not there")
            },
        ]
    }
}
