import LIFModel
import LIFQueryPlanner

/// How parts land, and how they are read.
extension ProcessedRequestStoreConformance {
    static func landing(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Parts are read as they were given, to the byte, while the request is pending and after.") {
                expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                let parts = try SampleRequests.allOutcomes()
                try expect(try await store.append(parts, to: request.id, fence: 1), "they are refused")
                try expect.equal(try await store.parts(of: request.id, learners: 0..<1), parts, "the parts")
                _ = try await store.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(1))
                try expect.equal(try await store.parts(of: request.id, learners: 0..<1), parts, "the parts of the end")
            },
            ConformanceCheck("A part whose learner, path and source are kept already is left as it is.") { expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                let first = try SampleRequests.part(items: "[1]")
                let others = [
                    try SampleRequests.part(learner: 1, items: "[2]"), try SampleRequests.part("Contact", items: "[3]"),
                    try SampleRequests.part(source: "org2", items: "[4]"),
                ]
                _ = try await store.append([first], to: request.id, fence: 1)
                let again = try SampleRequests.part(ordinal: 7, outcome: .missing, items: "[9]")
                try expect(
                    try await store.append([again] + others + others, to: request.id, fence: 1), "they are refused")
                let landed = try await store.parts(of: request.id, after: 0, limit: 99, maximumBytes: 99)
                try expect.equal(landed.map(\.landed), [first] + others, "what has landed")
                try expect(try await store.append([], to: request.id, fence: 1), "nothing is refused")
            },
            ConformanceCheck("Positions count up from 1 in the order of landing, for each request alone.") { expect in
                let store = try await make()
                let (one, other) = (SampleRequests.request(), SampleRequests.request())
                for request in [one, other] { try await store.accept(request) }
                for learner in 0..<6 {
                    let request = learner.isMultiple(of: 2) ? one : other
                    let parts = [
                        try SampleRequests.part(learner: learner), try SampleRequests.part(learner: learner, "Contact"),
                    ]
                    _ = try await store.append(parts, to: request.id, fence: 1)
                }
                for request in [one, other] {
                    let outcomes = try await store.outcomes(of: request.id, after: 0, limit: 99)
                    try expect.equal(outcomes.first?.position, 1, "the first position")
                    let positions = outcomes.map(\.position)
                    try expect.equal(Set(positions).count, 6, "number of positions")
                    try expect.equal(positions, positions.sorted(), "the order")
                    try expect.equal(
                        outcomes.map(\.landed.part.learner), outcomes.map(\.landed.part.learner).sorted(),
                        "the order of learners")
                    try expect.equal(
                        try await store.progress(of: request.id).lastPosition, positions.last, "the last position")
                }
            },
            ConformanceCheck("Parts are taken from the holder of the highest fence only, and not after the end.") {
                expect in
                let store = try await make()
                let request = SampleRequests.request()
                try await store.accept(request)
                for fence in [0, 2] {
                    try expect(
                        try await !store.append([SampleRequests.part()], to: request.id, fence: fence),
                        "fence \(fence) is let in")
                    try expect(
                        try await !store.finish(request.id, fence: fence, state: .completed, at: SampleRequests.date(1)),
                        "fence \(fence) may end it")
                }
                _ = try await store.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(1))
                try expect(
                    try await !store.append([SampleRequests.part()], to: request.id, fence: 1), "a part after the end")
                try expect(try await store.parts(of: request.id, learners: 0..<9).isEmpty, "something was kept")
            },
        ]
    }

    static func reading(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("The parts of some learners come by learner, ordinal and position, and no others.") { expect in
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
            ConformanceCheck("A page has at most so many parts and so much data, and one part however large.") { expect in
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
