import LIFModel
import LIFQueryPlanner

/// How parts land.
extension ProcessedRequestStoreConformance {
    static func landing(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("Parts are read as they were given, to the byte, while the request is pending and after.")
            {
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
                for fence in [-1, 0] {
                    try expect(
                        try await !store.append([SampleRequests.part()], to: request.id, fence: fence),
                        "fence \(fence) is let in")
                    try expect(
                        try await !store.finish(
                            request.id, fence: fence, state: .completed, at: SampleRequests.date(1)),
                        "fence \(fence) may end it")
                }
                _ = try await store.finish(request.id, fence: 1, state: .completed, at: SampleRequests.date(1))
                try expect(
                    try await !store.append([SampleRequests.part()], to: request.id, fence: 1), "a part after the end")
                try expect(try await store.parts(of: request.id, learners: 0..<9).isEmpty, "something was kept")
            },
        ]
    }
}
