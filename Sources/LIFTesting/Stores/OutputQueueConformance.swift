import Foundation
import LIFJSON
import LIFModel
public import LIFWorkflow

/// What every `OutputQueue` must do.
public struct OutputQueueConformance: Sendable {
    public typealias Make = @Sendable () async throws -> any OutputQueue
    /// Two queues on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (any OutputQueue, any OutputQueue)

    public let checks: [ConformanceCheck]

    /// - Parameters:
    ///   - make: Makes an empty queue.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.alone(make) + (makePair.map(Self.shared) ?? [])
    }

    public func run() async throws { try await checks.run() }

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A job that is not known has no outcomes.") { expect in
                let queue = try await make()
                try expect(try await queue.outcomes(of: JobID()).isEmpty, "it gave some")
            },
            ConformanceCheck("An outcome of every kind is read as it was filed, to the byte.") { expect in
                let queue = try await make()
                let job = JobID()
                var filed: [Int: Outcome] = [:]
                for (part, outcome) in try everyKind().enumerated() {
                    filed[part] = outcome
                    try expect(try await queue.write(outcome, job: job, part: part), "part \(part) was not the first")
                }
                let read = try await queue.outcomes(of: job)
                for (part, outcome) in filed { try expect.equal(read[part], outcome, "part \(part)") }
                try expect.equal(read.count, filed.count, "number of outcomes")
            },
            ConformanceCheck("The first outcome of a job and part stays; a later one changes nothing.") { expect in
                let queue = try await make()
                let job = JobID()
                let first = outcome(.empty(learnerKnown: true))
                try expect(try await queue.write(first, job: job, part: 3), "the first was not taken for the first")
                let second = try everyKind()[0]
                try expect(try await !queue.write(second, job: job, part: 3), "the second was taken for the first")
                try expect.equal(try await queue.outcomes(of: job), [3: first], "what is kept")
            },
            ConformanceCheck("Reading removes nothing.") { expect in
                let queue = try await make()
                let job = JobID()
                _ = try await queue.write(outcome(.empty(learnerKnown: false)), job: job, part: 0)
                let first = try await queue.outcomes(of: job)
                try expect.equal(try await queue.outcomes(of: job), first, "the second read")
                try expect.equal(first.count, 1, "number of outcomes")
            },
            ConformanceCheck("Jobs do not mix.") { expect in
                let queue = try await make()
                let (one, other) = (JobID(), JobID())
                let (first, second) = (outcome(.empty(learnerKnown: true)), outcome(.empty(learnerKnown: false)))
                _ = try await queue.write(first, job: one, part: 0)
                try expect(try await queue.write(second, job: other, part: 0), "another job's outcome was in the way")
                try expect.equal(try await queue.outcomes(of: one), [0: first], "of the one")
                try expect.equal(try await queue.outcomes(of: other), [0: second], "of the other")
            },
            ConformanceCheck("Of many writers of one part at the same time exactly one is the first.") { expect in
                let queue = try await make()
                try await race(expect, Array(repeating: queue, count: 16))
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process filed, another reads.") { expect in
                let (one, other) = try await makePair()
                let job = JobID()
                let filed = try everyKind()[0]
                _ = try await one.write(filed, job: job, part: 0)
                try expect.equal(try await other.outcomes(of: job), [0: filed], "what the other reads")
            },
            ConformanceCheck("Of writers in several processes exactly one is the first.") { expect in
                let (one, other) = try await makePair()
                try await race(expect, [one, other, one, other, one, other])
            },
        ]
    }

    private static func race(_ expect: borrowing ConformanceExpectation, _ queues: [any OutputQueue]) async throws {
        let job = JobID()
        let firsts = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for (number, queue) in queues.enumerated() {
                let outcome = outcome(.failed(Failure(.timeout, "number \(number)")))
                group.addTask { (number, try await queue.write(outcome, job: job, part: 0)) }
            }
            var firsts: [Int] = []
            for try await (number, isFirst) in group where isFirst { firsts.append(number) }
            return firsts
        }
        try expect.equal(firsts.count, 1, "number of firsts")
        let kept = try await queues[0].outcomes(of: job)[0]
        try expect.equal(kept?.failure?.message, firsts.first.map { "number \($0)" }, "whose outcome is kept")
    }

    private static func everyKind() throws -> [Outcome] {
        let items = try RawJSON(validating: Array(#"[{"a":"\u00e9é\"","n":1.0e2},{"b":[[],{}]}]"#.utf8))
        let scalar = try RawJSON(validating: Array(#"["org1"]"#.utf8))
        let fragments = [
            Fragment(
                path: FragmentPath(entity: "Name"), content: FragmentContent(items: items, count: 2, isScalar: false)),
            Fragment(
                path: FragmentPath(entity: "informationSourceId"),
                content: FragmentContent(items: scalar, count: 1, isScalar: true)),
        ]
        return [
            outcome(.data(fragments), dataTimestamp: Date(timeIntervalSince1970: 1_700_000_000.25)),
            outcome(.empty(learnerKnown: true)), outcome(.empty(learnerKnown: false)),
        ] + Failure.Reason.allCases.map { outcome(.failed(Failure($0, "It says \"no\"."))) }
    }

    private static func outcome(_ result: Outcome.Result, dataTimestamp: Date? = nil) -> Outcome {
        Outcome(
            result, finishedAt: Date(timeIntervalSince1970: 1_800_000_000.5), duration: .milliseconds(1_234),
            dataTimestamp: dataTimestamp)
    }
}
