import LIFModel
public import LIFWorkflow

/// What every `ScheduleStore` must do.
public struct ScheduleStoreConformance: Sendable {
    /// Makes an empty `ScheduleStore`.
    public typealias Make = @Sendable () async throws -> any ScheduleStore
    /// Two stores on the same storage, as two processes have them.
    public typealias MakePair = @Sendable () async throws -> (any ScheduleStore, any ScheduleStore)

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// All checks for one kind of store.
    ///
    /// - Parameters:
    ///   - make: Makes an empty store.
    ///   - makePair: `nil` for an implementation that cannot be shared; the checks that need it are then left out.
    public init(make: @escaping Make, makePair: MakePair? = nil) {
        checks = Self.alone(make) + (makePair.map(Self.shared) ?? [])
    }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func alone(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A schedule that is not known is absent.") { expect in
                let store = try await make()
                try expect(try await store.schedule(ScheduleID()) == nil, "it gave one")
                try expect(try await store.schedules().isEmpty, "an empty store has schedules")
                try expect(try await !store.remove(ScheduleID()), "it removed one")
                try await store.note(ScheduleID(), due: SampleJobs.start, job: nil)
                try expect(try await store.schedules().isEmpty, "a note has made one")
            },
            ConformanceCheck("A schedule is read as it was added, with all that it submits.") { expect in
                let store = try await make()
                var schedules = [
                    JobSchedule(
                        submission: try SampleJobs.fullSubmission(), rule: try SampleJobs.rule(),
                        createdAt: SampleJobs.start),
                    JobSchedule(
                        submission: JobSubmission(plan: SampleJobs.job().plan),
                        rule: ScheduleRule(.interval(.seconds(90))), createdAt: SampleJobs.date(1)),
                ]
                (schedules[1].lastDueAt, schedules[1].lastJob) = (SampleJobs.date(2.25), JobID())
                for schedule in schedules {
                    try await store.add(schedule)
                    try expect.equal(try await store.schedule(schedule.id), schedule, "what is read")
                }
                try expect.equal(try await store.schedules(), schedules, "the list")
            },
            ConformanceCheck("Schedules come oldest first; one that is added again stays as it was.") { expect in
                let store = try await make()
                let schedules = try [3.0, 1, 2].map(schedule)
                for schedule in schedules { try await store.add(schedule) }
                try await store.note(schedules[1].id, due: SampleJobs.date(5), job: nil)
                try await store.add(schedules[1])
                try expect.equal(
                    try await store.schedules().map(\.id), [1, 2, 0].map { schedules[$0].id }, "the order")
                try expect.equal(
                    try await store.schedule(schedules[1].id)?.lastDueAt, SampleJobs.date(5), "its last due time")
            },
            ConformanceCheck("Of schedules with one idempotency key the first one stays, and is what adding gives.") {
                expect in
                let store = try await make()
                func schedule(_ key: String?) throws -> JobSchedule {
                    let sample = try ScheduleStoreConformance.schedule(1)
                    var submission = sample.submission
                    submission.idempotencyKey = key
                    return JobSchedule(submission: submission, rule: sample.rule, createdAt: sample.createdAt)
                }
                let first = try schedule("k")
                try expect.equal(try await store.add(first).id, first.id, "the first")
                try expect.equal(try await store.add(try schedule("k")).id, first.id, "what another with its key gives")
                for key in ["other", nil, nil] {
                    let another = try schedule(key)
                    try expect.equal(try await store.add(another).id, another.id, "one with another key, or none")
                }
                try expect.equal(try await store.schedules().count, 4, "how many there are")
            },
            ConformanceCheck("A removed schedule is gone, and the others are not.") { expect in
                let store = try await make()
                let schedules = try [1.0, 2].map(schedule)
                for schedule in schedules { try await store.add(schedule) }
                try expect(try await store.remove(schedules[0].id), "it removed none")
                try expect(try await !store.remove(schedules[0].id), "it removed it twice")
                try expect(try await store.schedule(schedules[0].id) == nil, "it is still there")
                try expect.equal(try await store.schedules(), [schedules[1]], "what is left")
            },
            ConformanceCheck("A later due time is noted with its job, an earlier one is not.") { expect in
                let store = try await make()
                let schedule = try schedule(0)
                try await store.add(schedule)
                let jobs = (0..<3).map { _ in JobID() }
                let steps: [(due: Double, job: JobID?, expected: (Double, JobID?))] = [
                    (10, nil, (10, nil)), (10, jobs[0], (10, jobs[0])), (20, nil, (20, jobs[0])),
                    (15, jobs[1], (20, jobs[0])), (30, jobs[2], (30, jobs[2])),
                ]
                for step in steps {
                    try await store.note(schedule.id, due: SampleJobs.date(step.due), job: step.job)
                    let kept = try await store.schedule(schedule.id)
                    try expect.equal(kept?.lastDueAt, SampleJobs.date(step.expected.0), "due after \(step.due)")
                    try expect.equal(kept?.lastJob, step.expected.1, "job after \(step.due)")
                }
            },
            ConformanceCheck("A clock that was set back takes back what was noted of later times, and nothing else.") {
                expect in
                let store = try await make()
                let (schedule, other) = (try schedule(0), try schedule(50))
                let job = JobID()
                for schedule in [schedule, other] { try await store.add(schedule) }
                try await store.note(schedule.id, due: SampleJobs.date(40), job: job)
                for (now, created, due) in [(60.0, 0.0, 40.0), (20, 0, 20), (-10, -10, -10)] {
                    try await store.setBack(schedule.id, to: SampleJobs.date(now))
                    let kept = try await store.schedule(schedule.id)
                    try expect.equal(kept?.createdAt, SampleJobs.date(created), "created, set back to \(now)")
                    try expect.equal(kept?.lastDueAt, SampleJobs.date(due), "due, set back to \(now)")
                    try expect.equal(kept?.lastJob, job, "the job, set back to \(now)")
                }
                try await store.setBack(ScheduleID(), to: SampleJobs.date(-20))
                try await store.setBack(other.id, to: SampleJobs.date(30))
                let kept = try await store.schedule(other.id)
                try expect.equal(kept?.createdAt, SampleJobs.date(30), "created, where nothing has fired")
                try expect(kept?.lastDueAt == nil, "it has a due time")
                try await store.note(schedule.id, due: SampleJobs.date(5), job: nil)
                try expect.equal(
                    try await store.schedule(schedule.id)?.lastDueAt, SampleJobs.date(5), "due as it goes on")
            },
        ]
    }

    private static func shared(_ makePair: @escaping MakePair) -> [ConformanceCheck] {
        [
            ConformanceCheck("What one process adds, notes and removes, another sees.") { expect in
                let (one, other) = try await makePair()
                var schedule = try schedule(0)
                try await one.add(schedule)
                try expect.equal(try await other.schedules(), [schedule], "what the other sees")
                try await other.note(schedule.id, due: SampleJobs.date(9), job: nil)
                schedule.lastDueAt = SampleJobs.date(9)
                try expect.equal(try await one.schedule(schedule.id), schedule, "what was noted")
                try expect(try await other.remove(schedule.id), "it removed none")
                try expect(try await one.schedules().isEmpty, "it is still there")
            }
        ]
    }

    private static func schedule(_ seconds: Double) throws -> JobSchedule {
        JobSchedule(
            submission: JobSubmission(plan: SampleJobs.job().plan), rule: try SampleJobs.rule(),
            createdAt: SampleJobs.date(seconds))
    }
}
