import Foundation
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

/// An engine may have one task done twice at the same time: of two workers one gets it.
@Suite struct TaskClaimTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private static let fetch = WorkflowTask.Work.fetch(part: 0).id

    private let journal = MemoryJournal()
    private var claims: JournalTaskClaims { JournalTaskClaims(journal) }

    private func job() async throws -> JobID {
        let part = QueryPlanPart(
            informationSourceID: "org1", adapterID: "rest",
            learner: LearnerIdentifier(identifier: "1", identifierType: "A"),
            fragmentPaths: [FragmentPath(entity: "Name")], translation: nil)
        let submission = JobSubmission(plan: QueryPlan(parts: [part]))
        return try await JobStore(journal).accept(Job(submission: submission, acceptedAt: Self.now, holder: HolderID()))
            .id
    }

    private func claim(
        _ job: JobID, _ holder: HolderID, epoch: Int = 1, after seconds: Double = 0
    ) async throws -> TaskClaimAnswer {
        let now = Self.now + seconds
        return try await claims.claim(Self.fetch, of: job, epoch: epoch, for: holder, now: now, until: now + 30)
    }

    @Test("Of many that claim a task at the same time one gets it, and keeps it as long as it renews")
    func race() async throws {
        let job = try await job()
        let holders = (0..<8).map { _ in HolderID() }
        let answers = try await withThrowingTaskGroup(of: (HolderID, TaskClaimAnswer).self) { group in
            for holder in holders { group.addTask { (holder, try await claim(job, holder)) } }
            return try await group.reduce(into: [HolderID: TaskClaimAnswer]()) { $0[$1.0] = $1.1 }
        }
        let winners = answers.filter { $0.value == .granted }.map(\.key)
        let winner = try #require(winners.first)
        #expect(winners.count == 1)
        #expect(answers.values.count { $0 == .held } == 7)
        #expect(try await claim(job, winner, after: 20) == .granted)
        #expect(try await claim(job, HolderID(), after: 40) == .held)
    }

    @Test("Of two that have both found a task free one gets it")
    func bothFoundItFree() async throws {
        let job = try await job()
        let (writers, both) = (Writers(), Gate())
        let hooked = HookedJournal(
            journal,
            before: { call in
                guard case .hand = call else { return }
                if writers.add() == 2 { both.open() }
                try await both.wait()
            })
        let claims = JournalTaskClaims(hooked)
        let answers = try await withThrowingTaskGroup(of: TaskClaimAnswer.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await claims.claim(
                        Self.fetch, of: job, epoch: 1, for: HolderID(), now: Self.now, until: Self.now + 30)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers) == [.granted, .held])
    }

    /// Counts those that are about to write.
    private final class Writers: Sendable {
        private let count = Mutex(0)

        func add() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test("A claim that is not renewed, or is given back, goes to the next one; the former holder has lost it")
    func expires() async throws {
        let job = try await job()
        let (first, second, third) = (HolderID(), HolderID(), HolderID())
        #expect(try await claim(job, first) == .granted)
        #expect(try await claim(job, second, after: 31) == .granted)
        #expect(try await claim(job, first, after: 32) == .held)
        try await claims.release(Self.fetch, of: job, epoch: 1, from: first, now: Self.now + 33)
        #expect(try await claim(job, third, after: 33) == .held)
        try await claims.release(Self.fetch, of: job, epoch: 1, from: second, now: Self.now + 33)
        #expect(try await claim(job, third, after: 34) == .granted)
    }

    @Test("A claim of a later epoch goes before an earlier one, and nothing is claimed of a part that has landed")
    func epochs() async throws {
        let job = try await job()
        #expect(try await claim(job, HolderID()) == .granted)
        #expect(try await claim(job, HolderID(), epoch: 2) == .granted)
        let outcome = Outcome(.empty(learnerKnown: true), finishedAt: Self.now, duration: .zero)
        #expect(try await JournalOutputQueue(journal).write(outcome, job: job, part: 0, fence: 2))
        #expect(try await claim(job, HolderID(), epoch: 2) == .landed)
        #expect(try await claim(JobID(), HolderID()) == .superseded)
    }
}
