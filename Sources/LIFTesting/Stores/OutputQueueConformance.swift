import LIFModel
public import LIFWorkflow

/// What every `OutputQueue` must do.
public struct OutputQueueConformance: Sendable {
    /// Makes an empty queue with a limit.
    ///
    /// - Parameter maximumItemBytes: How many bytes of data one outcome or output may have.
    public typealias Make = @Sendable (_ maximumItemBytes: Int) async throws -> any OutputQueue
    /// Two queues on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (any OutputQueue, any OutputQueue)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of queue.
    ///
    /// - Parameters:
    ///   - make: Makes an empty queue.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        let roomy: @Sendable () async throws -> any OutputQueue = { try await make(1 << 20) }
        checks =
            Self.filing(roomy) + Self.reading(roomy) + Self.handingOn(roomy) + Self.limiting(make)
            + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    typealias MakeRoomy = @Sendable () async throws -> any OutputQueue

    private static func filing(_ make: @escaping MakeRoomy) -> [ConformanceCheck] {
        [
            ConformanceCheck("An outcome of every kind is read as it was filed, to the byte.") { expect in
                let queue = try await make()
                let job = JobID()
                var filed: [Int: Outcome] = [:]
                for (part, outcome) in try SampleOutcomes.everyKind().enumerated() {
                    filed[part] = outcome
                    try expect(
                        try await queue.write(outcome, job: job, part: part, fence: 1), "part \(part) was not the first"
                    )
                }
                let read = try await queue.outcomes(of: job)
                for (part, outcome) in filed { try expect.equal(read[part], outcome, "part \(part)") }
                try expect.equal(read.count, filed.count, "number of outcomes")
            },
            ConformanceCheck("The first outcome of a job and part stays; a later one changes nothing.") { expect in
                let queue = try await make()
                let job = JobID()
                let first = SampleOutcomes.outcome(.empty(learnerKnown: true))
                try expect(
                    try await queue.write(first, job: job, part: 3, fence: 1), "the first was not taken for the first")
                let second = try SampleOutcomes.everyKind()[0]
                try expect(
                    try await !queue.write(second, job: job, part: 3, fence: 2), "the second was taken for the first")
                try expect.equal(try await queue.outcomes(of: job), [3: first], "what is kept")
                try expect.equal(try await queue.landed(of: job, after: 0, limit: 9).count, 1, "number landed")
            },
            ConformanceCheck("Jobs do not mix.") { expect in
                let queue = try await make()
                let (one, other) = (JobID(), JobID())
                let first = SampleOutcomes.outcome(.empty(learnerKnown: true))
                let second = SampleOutcomes.outcome(.empty(learnerKnown: false))
                _ = try await queue.write(first, job: one, part: 0, fence: 1)
                try expect(
                    try await queue.write(second, job: other, part: 0, fence: 1),
                    "another job's outcome was in the way")
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
            ConformanceCheck("What one process filed or handed on, another reads.") { expect in
                let (one, other) = try await makePair()
                let job = JobID()
                let filed = try SampleOutcomes.everyKind()[0]
                _ = try await one.write(filed, job: job, part: 0, fence: 1)
                try expect.equal(try await other.outcomes(of: job), [0: filed], "what the other reads")
                let output = try SampleOutcomes.everyOutput()[0]
                let task = WorkflowTask.Work.fetch(part: 1).id
                try await one.write(output, job: job, task: task, attempt: 1, fence: 1)
                try expect.equal(try await other.output(of: task, job: job), output, "the output")
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
                let outcome = SampleOutcomes.failed("number \(number)")
                group.addTask { (number, try await queue.write(outcome, job: job, part: 0, fence: 1)) }
            }
            var firsts: [Int] = []
            for try await (number, isFirst) in group where isFirst { firsts.append(number) }
            return firsts
        }
        try expect.equal(firsts.count, 1, "number of firsts")
        let kept = try await queues[0].outcomes(of: job)[0]
        try expect.equal(kept?.failure?.message, firsts.first.map { "number \($0)" }, "whose outcome is kept")
    }

    /// Expects an `OutputWriteException` with the reason.
    static func refused(
        _ expect: borrowing ConformanceExpectation, _ reason: Failure.Reason, _ body: () async throws -> Void
    ) async throws {
        do {
            try await body()
        } catch let error as LIFError {
            try expect.equal(error.code, .outputWriteException, "the code")
            try expect.equal(error.reason, reason, "the reason")
            return
        }
        try expect(false, "it was let in")
    }
}
