import Foundation
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct RetentionTests {
    private func setup(_ retention: RetentionPolicy) -> OrchestratorSetup {
        OrchestratorSetup(configure: { $0.retention = retention })
    }

    private let policy = RetentionPolicy(
        jobs: .seconds(300), results: .seconds(200), acknowledgedResults: .seconds(50), log: .seconds(100))

    private func ended(_ setup: OrchestratorSetup) async throws -> JobID {
        let job = try await setup.submit()
        _ = try await setup.finished(job.id)
        return job.id
    }

    private func code(_ body: () async throws -> Void) async -> LIFError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? LIFError)?.code
        }
    }

    @Test("Results are removed when their time is over, then the job; until then its status stays")
    func resultsThenJob() async throws {
        var policy = policy
        policy.log = nil
        let setup = setup(policy)
        let orchestrator = setup.orchestrator
        let id = try await ended(setup)
        setup.time.advance(by: .seconds(200))
        try await orchestrator.removeExpired()
        #expect(try await orchestrator.results(id).parts.count == 1, "just in time")
        setup.time.advance(by: .seconds(1))
        try await orchestrator.removeExpired()
        #expect(await code { _ = try await orchestrator.results(id) } == .resultExpired)
        let report = try await orchestrator.report(id)
        #expect(report.status == .completed)
        #expect(report.progress[0]?.kind == .empty)

        setup.time.advance(by: .seconds(100))
        try await orchestrator.removeExpired()
        for ask: @Sendable () async throws -> Void in [
            { _ = try await orchestrator.report(id) }, { _ = try await orchestrator.results(id) },
            { _ = try await orchestrator.log(id) }, { _ = try await orchestrator.graph(id) },
            { try await orchestrator.acknowledge(id) },
        ] { #expect(await code(ask) == .jobNotFoundException) }
        #expect(try await setup.storage.queue.progress(of: id).isEmpty)
        #expect(setup.storage.log.all.isEmpty)
    }

    @Test("Nothing is removed while the clock is not believed, and what is due then goes when it is")
    func clockNotBelieved() async throws {
        let isBelieved = Mutex(false)
        let time = ManualTime()
        let setup = OrchestratorSetup(
            time: time, retentionClock: DoubtedClock(isBelieved: { isBelieved.withLock { $0 } }, now: { time.now }),
            configure: { $0.retention = policy })
        let id = try await ended(setup)
        setup.time.advance(by: .seconds(31 * 86_400))
        try await setup.orchestrator.removeExpired()
        #expect(try await setup.orchestrator.results(id).parts.count == 1)
        #expect(!setup.storage.log.all.isEmpty)
        isBelieved.withLock { $0 = true }
        try await setup.orchestrator.removeExpired()
        #expect(await code { _ = try await setup.orchestrator.report(id) } == .jobNotFoundException)
    }

    private struct DoubtedClock: RetentionClock {
        let isBelieved: @Sendable () -> Bool
        let now: @Sendable () -> Date

        func timeForRemoval() async -> Date? { isBelieved() ? now() : nil }
    }

    @Test("Results that were acknowledged are removed sooner")
    func acknowledged() async throws {
        let setup = setup(policy)
        let orchestrator = setup.orchestrator
        let (taken, other) = (try await ended(setup), try await ended(setup))
        try await orchestrator.acknowledge(taken)
        try await orchestrator.acknowledge(taken)
        setup.time.advance(by: .seconds(51))
        try await orchestrator.removeExpired()
        #expect(await code { _ = try await orchestrator.results(taken) } == .resultExpired)
        #expect(try await orchestrator.results(other).parts.count == 1)
    }

    @Test("A job that runs cannot be acknowledged, and nothing of it is removed however old it is")
    func running() async throws {
        let gate = Gate()
        let setup = OrchestratorSetup(
            [ScriptedOperator(.after(gate, .fragments([try fragment("Name", "[1]")]))), ScriptedOperator()],
            configure: { $0.retention = policy })
        let orchestrator = setup.orchestrator
        let job = try await setup.submit()
        #expect(await code { try await orchestrator.acknowledge(job.id) } == .jobNotFinished)
        try await eventually("the second part") { try await orchestrator.report(job.id).progress.count == 1 }
        setup.time.advance(by: .seconds(100_000))
        try await orchestrator.removeExpired()
        gate.open()
        _ = try await setup.finished(job.id)
        #expect(try await setup.outcomes(job.id).count == 2)
    }

    @Test("Log entries are removed when their time is over, whether or not the job is")
    func log() async throws {
        let setup = setup(policy)
        let id = try await ended(setup)
        #expect(try await setup.orchestrator.log(id).count == 3)
        setup.time.advance(by: .seconds(101))
        try await setup.orchestrator.removeExpired()
        #expect(try await setup.orchestrator.log(id).isEmpty)
    }

    @Test("Without limits all is kept for ever")
    func forEver() async throws {
        let setup = setup(RetentionPolicy(jobs: nil, results: nil, acknowledgedResults: nil, log: nil))
        let id = try await ended(setup)
        try await setup.orchestrator.acknowledge(id)
        setup.time.advance(by: .seconds(10 * 365 * 86_400))
        try await setup.orchestrator.removeExpired()
        #expect(try await setup.orchestrator.results(id).parts.count == 1)
        #expect(try await setup.orchestrator.log(id).count == 3)
    }

    @Test("More jobs than are removed at a time are all removed")
    func many() async throws {
        let setup = setup(policy)
        for number in 0..<1_200 {
            let job = Job(
                submission: JobSubmission(plan: setup.plan(), idempotencyKey: "\(number)"), acceptedAt: setup.time.now,
                holder: setup.lease.own)
            _ = try await setup.storage.jobs.accept(job)
            _ = try await setup.storage.jobs.finish(job.id, status: .completed, at: setup.time.now)
        }
        setup.time.advance(by: .seconds(201))
        try await setup.orchestrator.removeExpired()
        let withData = try await setup.storage.jobs.withExpiredData(
            finishedBefore: setup.time.now, acknowledgedBefore: nil, limit: 1)
        #expect(withData.isEmpty)
        setup.time.advance(by: .seconds(100))
        try await setup.orchestrator.removeExpired()
        #expect(try await setup.storage.jobs.jobs(JobFilter()).isEmpty)
    }
}
