import LIFJSON
import LIFModel
import LIFWorkflow

extension AdapterConformance {
    /// A source that behaves.
    var answers: [ConformanceCheck] {
        let sample = sample
        return [
            check("All that the source has at the asked paths comes whole, each path once, by one request.") {
                expect, trial in
                let answer = try await trial.fetch(sample.learner, sample.paths)
                try expect(answer.report.learnerKnown, "The learner is not known.")
                try expect(answer.report.failures.isEmpty, "The report has failures.")
                try expect.equal(Self.sorted(answer.fragments), Self.sorted(sample.fragments), "fragments")
                if let count = try await trial.requestCount?() { try expect.equal(count, 1, "requests") }
            },
            check("Only paths that were asked for are given.") { expect, trial in
                for fragment in sample.fragments {
                    let answer = try await trial.fetch(sample.learner, [fragment.path])
                    try expect.equal(answer.fragments, [fragment], "fragments at \(fragment.path)")
                }
            },
            check("A path at which the source has nothing is left out; the learner is known, and nothing has failed.") {
                expect, trial in
                let answer = try await trial.fetch(sample.learner, [sample.emptyPath])
                try expect(answer.report.learnerKnown, "The learner is not known.")
                try expect.equal(answer.fragments, [], "fragments")
                try expect(answer.report.failures.isEmpty, "The report has failures.")
            },
            check("A learner that the source does not know is reported as unknown, without fragments.") {
                expect, trial in
                let answer = try await trial.fetch(sample.stranger, sample.paths)
                try expect.equal(answer.report, OperatorReport(learnerKnown: false), "report")
                try expect.equal(answer.fragments, [], "fragments")
            },
            check("Fetches at the same time do not mix their learners.") { expect, trial in
                try await withThrowingTaskGroup(of: (Bool, [Fragment]).self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            let isKnown = number.isMultiple(of: 2)
                            let answer = try await trial.fetch(isKnown ? sample.learner : sample.stranger, sample.paths)
                            return (isKnown, answer.fragments)
                        }
                    }
                    for try await (isKnown, fragments) in group {
                        try expect.equal(
                            Self.sorted(fragments), isKnown ? Self.sorted(sample.fragments) : [], "fragments")
                    }
                }
            },
            check("When a fragment cannot be kept, the fetch ends with that error.") { expect, trial in
                do {
                    _ = try await trial.fetch(sample.learner, sample.paths, take: { throw NotKept() })
                    try expect(false, "It has ended without an error.")
                } catch is NotKept {}
            },
            check("The check asks for no learner's data, and its sentence holds no credential.") { expect, trial in
                let sentence = try await trial.operation.check()
                try expect(
                    !sentence.isEmpty && !sample.isLeaked(in: sentence), "The sentence is empty or holds a secret.")
                if let count = try await trial.requestCount?() { try expect.equal(count, 0, "requests for data") }
            },
            check("A fetch that was cancelled before it began asks nothing.") { expect, trial in
                let fetch = Task {
                    while !Task.isCancelled { await Task.yield() }
                    return try await trial.fetch(sample.learner, sample.paths).fragments
                }
                fetch.cancel()
                try await Self.expectCancellation(expect) { try await fetch.value }
                if let count = try await trial.requestCount?() { try expect.equal(count, 0, "requests") }
            },
        ]
    }

    /// A fetch whose caller leaves while the source is silent.
    var cancelling: ConformanceCheck {
        check("A fetch that is cancelled ends soon, with CancellationError, and lets go of its source.", .silent) {
            [sample] expect, trial in
            let fetch = Task { try await trial.fetch(sample.learner, sample.paths).fragments }
            if let requestCount = trial.requestCount {
                try await eventually("the request") { try await requestCount() > 0 }
            }
            fetch.cancel()
            try await within("the end of a cancelled fetch", limit: .seconds(10)) {
                try await Self.expectCancellation(expect) { try await fetch.value }
            }
            if let isLeft = trial.isLeft {
                try await within("the source is let go", limit: .seconds(10)) {
                    while try await !isLeft() { try await Task.sleep(for: .milliseconds(1)) }
                }
            }
        }
    }

    private struct NotKept: Error {}

    private static func sorted(_ fragments: [Fragment]) -> [Fragment] {
        fragments.sorted { ($0.path.entity, $0.content.items.text) < ($1.path.entity, $1.content.items.text) }
    }

    private static func expectCancellation(
        _ expect: ConformanceExpectation, _ body: () async throws -> [Fragment]
    ) async throws {
        do {
            let fragments = try await body()
            try expect(false, "It has given \(fragments.count) fragments.")
        } catch is CancellationError {
        } catch let error where !(error is ConformanceViolation) {
            try expect(false, "It has thrown a \(type(of: error)).")
        }
    }
}
