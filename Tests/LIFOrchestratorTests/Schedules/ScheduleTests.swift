import Foundation
import LIFConcurrency
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOrchestrator

@Suite(.timeLimit(.minutes(1))) struct ScheduleTests {
    private func submission(
        _ setup: OrchestratorSetup, _ timing: ScheduleRule.Timing = .interval(.seconds(60)), catchUp: Bool = false
    ) -> JobSubmission {
        JobSubmission(
            plan: setup.plan(), workflow: WorkflowSettings(schedule: ScheduleRule(timing, catchUp: catchUp)))
    }

    private func jobs(_ setup: OrchestratorSetup) async throws -> [Job] {
        try await setup.storage.jobs.jobs(JobFilter(limit: 1_000)).reversed()
    }

    @Test("A schedule fires at its time, and its job says which schedule it is of")
    func fires() async throws {
        let setup = OrchestratorSetup()
        let (orchestrator, start) = (setup.orchestrator, setup.time.now)
        let schedule = try await orchestrator.schedule(submission(setup))
        #expect(orchestrator.nextDue(schedule) == start.addingTimeInterval(60))
        #expect(try await orchestrator.schedules() == [schedule])
        #expect(try await orchestrator.fireDue() == start.addingTimeInterval(60))
        setup.time.advance(by: .milliseconds(59_999))
        _ = try await orchestrator.fireDue()
        #expect(try await jobs(setup).isEmpty)

        setup.time.advance(by: .milliseconds(1))
        #expect(try await orchestrator.fireDue() == start.addingTimeInterval(120))
        _ = try await orchestrator.fireDue()
        let fired = try await jobs(setup)
        #expect(fired.count == 1)
        #expect(fired.first?.submission.scheduleID == schedule.id)
        #expect(fired.first?.submission.plan == schedule.submission.plan)
        #expect(fired.first?.submission.workflow.schedule == nil)
        let noted = try await orchestrator.schedules().first
        #expect(noted?.lastDueAt == start.addingTimeInterval(60))
        #expect(noted?.lastJob == fired.first?.id)
        let id = try #require(fired.first?.id)
        #expect(try await setup.finished(id).status == .completed)
        #expect(try await setup.storage.jobs.jobs(JobFilter(schedule: schedule.id)).count == 1)
    }

    @Test("Times of a clock are those of its time zone")
    func cron() async throws {
        // It is 08:00 in Greenwich and 09:00 in Berlin.
        let setup = OrchestratorSetup()
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let rule = ScheduleRule(.cron(try CronExpression("30 9 * * *")), timeZone: zone)
        let schedule = try await setup.orchestrator.schedule(
            JobSubmission(plan: setup.plan(), workflow: WorkflowSettings(schedule: rule)))
        #expect(setup.orchestrator.nextDue(schedule) == setup.time.now.addingTimeInterval(30 * 60))
        setup.time.advance(by: .seconds(30 * 60))
        _ = try await setup.orchestrator.fireDue()
        #expect(try await jobs(setup).count == 1)
    }

    @Test("Of several processes that fire the same time, at the same time or later, one gives a job")
    func several() async throws {
        let storage = SharedStorage()
        let time = ManualTime()
        let setups = (0..<3).map { _ in OrchestratorSetup(storage: storage, time: time) }
        let schedule = try await setups[0].orchestrator.schedule(submission(setups[0]))
        time.advance(by: .seconds(60))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for setup in setups { group.addTask { _ = try await setup.orchestrator.fireDue() } }
            try await group.waitForAll()
        }
        for setup in setups { _ = try await setup.orchestrator.fireDue() }
        let fired = try await jobs(setups[0])
        #expect(fired.count == 1)
        #expect(try await storage.schedules.schedule(schedule.id)?.lastJob == fired.first?.id)
        let id = try #require(fired.first?.id)
        #expect(try await setups[0].finished(id).status == .completed)
        #expect(setups.reduce(0) { $0 + $1.operators[0].callCount } == 1)
    }

    @Test("Times that were missed are skipped, and only one that is in time still fires")
    func late() async throws {
        let log = RecordedLog()
        let setup = OrchestratorSetup(logger: log.logger)
        let (orchestrator, start) = (setup.orchestrator, setup.time.now)
        let often = try await orchestrator.schedule(submission(setup))
        let daily = try await orchestrator.schedule(submission(setup, .cron(try CronExpression("0 9 * * *"))))
        setup.time.advance(by: .seconds(3 * 86_400 + 30))
        _ = try await orchestrator.fireDue()
        let fired = try await jobs(setup)
        #expect(fired.map(\.submission.scheduleID) == [often.id])
        #expect(log.lines.count { $0.contains("are skipped") } == 2)
        let noted = try await orchestrator.schedules()
        #expect(noted.map(\.lastDueAt) == [setup.time.now, setup.time.now])
        #expect(noted.map(\.lastJob) == [fired.first?.id, nil])
        #expect(orchestrator.nextDue(noted[1]) == start.addingTimeInterval(3 * 86_400 + 3_600))
        _ = try await orchestrator.fireDue()
        #expect(try await jobs(setup).count == 1)
        #expect(log.lines.count { $0.contains("are skipped") } == 2, "told once")
        #expect(daily.lastDueAt == nil)
    }

    @Test("When asked, missed times are made up for, the oldest first")
    func catchesUp() async throws {
        let setup = OrchestratorSetup()
        let schedule = try await setup.orchestrator.schedule(submission(setup, catchUp: true))
        setup.time.advance(by: .seconds(5 * 60 + 10))
        _ = try await setup.orchestrator.fireDue()
        let keys = try await jobs(setup).map(\.submission.idempotencyKey)
        let times = (1...5).map { schedule.createdAt.addingTimeInterval(Double($0) * 60).iso8601 }
        #expect(keys == times.map { "schedule/\(schedule.id.text)/\($0)" })
        #expect(try await setup.orchestrator.schedules().first?.lastDueAt == schedule.createdAt.addingTimeInterval(300))
        _ = try await setup.orchestrator.fireDue()
        #expect(try await jobs(setup).count == 5)
    }

    @Test("Of very many missed times some are made up for, and those that are skipped do not come due again")
    func catchesUpWithin() async throws {
        let log = RecordedLog()
        let setup = OrchestratorSetup(logger: log.logger)
        _ = try await setup.orchestrator.schedule(submission(setup, catchUp: true))
        setup.time.advance(by: .seconds(250 * 60))
        _ = try await setup.orchestrator.fireDue()
        let fired = try await jobs(setup)
        #expect(fired.count == DueTimes.standardLimit)
        #expect(log.lines.filter { $0.contains("are skipped") }.allSatisfy { $0.contains("\"times\": 150") })
        let noted = try await setup.orchestrator.schedules().first
        #expect(noted?.lastDueAt == setup.time.now)
        #expect(noted?.lastJob == fired.last?.id)
        for _ in 0..<3 { _ = try await setup.orchestrator.fireDue() }
        #expect(try await jobs(setup).count == DueTimes.standardLimit)
        setup.time.advance(by: .seconds(60))
        _ = try await setup.orchestrator.fireDue()
        #expect(try await jobs(setup).count == DueTimes.standardLimit + 1)
    }

    @Test("A schedule that is removed fires no more; one that is not known cannot be removed")
    func removed() async throws {
        let setup = OrchestratorSetup()
        let schedule = try await setup.orchestrator.schedule(submission(setup))
        try await setup.orchestrator.unschedule(schedule.id)
        setup.time.advance(by: .seconds(60))
        #expect(try await setup.orchestrator.fireDue() == nil)
        #expect(try await jobs(setup).isEmpty)
        let error = await #expect(throws: LIFError.self) { try await setup.orchestrator.unschedule(schedule.id) }
        #expect(error?.code == .jobNotFoundException)
    }

    @Test("A schedule is refused that has no rule, does not match the configuration, or asks what the engine cannot do")
    func refused() async throws {
        let setup = OrchestratorSetup(engine: BrokenEngine())
        let orchestrator = setup.orchestrator
        let without = await #expect(throws: LIFError.self) {
            try await orchestrator.schedule(JobSubmission(plan: setup.plan()))
        }
        #expect(without?.code == .queryParseException)
        #expect(without?.isShapeError == true)
        var foreign = submission(setup)
        foreign.plan = QueryPlan(parts: [OrchestratorSetup.part(7)])
        let unknown = await #expect(throws: LIFError.self) { try await orchestrator.schedule(foreign) }
        #expect(unknown?.code == .operatorNotFoundException)
        var demanding = submission(setup)
        demanding.workflow.defaults.pool = "slow"
        let incapable = await #expect(throws: LIFError.self) { try await orchestrator.schedule(demanding) }
        #expect(incapable?.code == .queryParseException)
        #expect(try await orchestrator.schedules().isEmpty)
    }

    @Test("A time that cannot be fired is tried again, and gives one job in the end")
    func triedAgain() async throws {
        let failures = Mutex(1)
        let setup = OrchestratorSetup(before: { call in
            guard case .accept = call else { return }
            let fails = failures.withLock { failures in
                defer { failures -= 1 }
                return failures > 0
            }
            if fails { throw LIFError(.jobPostException, "The disk is full.", blame: .us, isRetryable: true) }
        })
        _ = try await setup.orchestrator.schedule(submission(setup))
        setup.time.advance(by: .seconds(60))
        #expect(try await setup.orchestrator.fireDue() == setup.time.now.addingTimeInterval(5))
        #expect(try await jobs(setup).isEmpty)
        setup.time.advance(by: .seconds(5))
        _ = try await setup.orchestrator.fireDue()
        #expect(try await jobs(setup).count == 1)
    }

    @Test("A process that dies between firing and noting it gives no second job")
    func firedAndNotNoted() async throws {
        let (storage, time) = (SharedStorage(), ManualTime())
        let setup = OrchestratorSetup(storage: storage, time: time)
        let schedule = try await setup.orchestrator.schedule(submission(setup))
        time.advance(by: .seconds(60))
        var fired = schedule.submission
        fired.workflow.schedule = nil
        fired.scheduleID = schedule.id
        fired.idempotencyKey = "schedule/\(schedule.id.text)/\(time.now.iso8601)"
        let job = try await setup.orchestrator.submit(fired)
        let next = OrchestratorSetup(storage: storage, time: time)
        _ = try await next.orchestrator.fireDue()
        #expect(try await jobs(next).map(\.id) == [job.id])
        #expect(try await storage.schedules.schedule(schedule.id)?.lastJob == job.id)
    }

    @Test("A clock that was ahead for a while silences no schedule, and nothing fires twice for the same time")
    func setBack() async throws {
        let log = RecordedLog()
        let setup = OrchestratorSetup(logger: log.logger)
        let orchestrator = setup.orchestrator
        _ = try await orchestrator.schedule(submission(setup))
        _ = try await orchestrator.schedule(submission(setup, .cron(try CronExpression("* * * * *"))))
        func fireAfter(_ seconds: Int) async throws -> Int {
            setup.time.advance(by: .seconds(seconds))
            for _ in 0..<3 { _ = try await orchestrator.fireDue() }
            return try await jobs(setup).count
        }
        #expect(try await fireAfter(60) == 2)
        #expect(try await fireAfter(86_400) == 4, "a day ahead")
        #expect(try await fireAfter(-86_400 + 8) == 4, "set right: both have fired for this minute")
        #expect(log.lines.count { $0.contains("The clock was set back") } == 2)
        for minute in 1...3 { #expect(try await fireAfter(60) == 4 + 2 * minute) }
        // The minute for which they fired a day ago.
        #expect(try await fireAfter(86_400 - 3 * 60 - 8) == 10)
        let keys = try await jobs(setup).map(\.submission.idempotencyKey)
        #expect(Set(keys).count == keys.count)
    }

    @Test("A clock that was ahead silences no schedule that catches up, and only what has fired is reported")
    func catchUpAhead() async throws {
        let log = RecordedLog()
        let storage = SharedStorage()
        let time = ManualTime()
        let setups = (0..<2).map { _ in OrchestratorSetup(storage: storage, time: time, logger: log.logger) }
        _ = try await setups[0].orchestrator.schedule(submission(setups[0], .interval(.seconds(2)), catchUp: true))
        func fireAfter(_ seconds: Int) async throws -> Int {
            time.advance(by: .seconds(seconds))
            for _ in 0..<2 { for setup in setups { _ = try await setup.orchestrator.fireDue() } }
            return try await jobs(setups[0]).count
        }
        #expect(try await fireAfter(2) == 1)
        #expect(try await fireAfter(120) == 61)
        #expect(try await fireAfter(-117) == 61)
        // Up to the five seconds before the time that the clock had.
        for count in 62...116 { #expect(try await fireAfter(2) == count) }
        for _ in 1...4 { #expect(try await fireAfter(2) == 116) }
        for count in 117...120 { #expect(try await fireAfter(2) == count) }
        #expect(log.lines.count { $0.contains("A schedule has fired") } == 120)
    }

    @Test("A firing that was not noted is, also when the configuration has another time-out for jobs by then")
    func notedAfterReload() async throws {
        let (storage, time) = (SharedStorage(), ManualTime())
        let setup = OrchestratorSetup(
            storage: storage, time: time, configure: { $0.workflow.timeout = .seconds(600) })
        let schedule = try await setup.orchestrator.schedule(submission(setup, catchUp: true))
        time.advance(by: .seconds(60))
        var fired = schedule.submission
        fired.workflow.schedule = nil
        fired.scheduleID = schedule.id
        fired.idempotencyKey = "schedule/\(schedule.id.text)/\(time.now.iso8601)"
        let job = try await setup.orchestrator.submit(fired)
        let next = OrchestratorSetup(
            storage: storage, time: time,
            configure: {
                $0.workflow.timeout = .seconds(660)
                $0.workflow.sla = .seconds(60)
            })
        _ = try await next.orchestrator.fireDue()
        #expect(try await jobs(next).map(\.id) == [job.id])
        #expect(try await storage.schedules.schedule(schedule.id)?.lastJob == job.id)
    }

    @Test("A schedule that was made by a clock that was an hour ahead goes on when that is set right")
    func madeAhead() async throws {
        let setup = OrchestratorSetup()
        setup.time.advance(by: .seconds(3_600))
        _ = try await setup.orchestrator.schedule(submission(setup, .interval(.seconds(5))))
        setup.time.advance(by: .seconds(-3_600))
        _ = try await setup.orchestrator.fireDue()
        for count in 1...5 {
            setup.time.advance(by: .seconds(5))
            _ = try await setup.orchestrator.fireDue()
            #expect(try await jobs(setup).count == count)
        }
    }

    @Test("The housekeeping fires by itself, and a new schedule wakes it")
    func housekeeping() async throws {
        let setup = OrchestratorSetup()
        let (orchestrator, storage) = (setup.orchestrator, setup.storage)
        let housekeeping = Task { await orchestrator.keepHouse() }
        defer { housekeeping.cancel() }
        for number in 1...3 {
            _ = try await orchestrator.schedule(submission(setup))
            setup.time.advance(by: .seconds(60))
            orchestrator.scheduleChanges.beat()
            // The schedules made so far fire, each at its own time.
            try await eventually("\(number) firings") {
                try await storage.schedules.schedules().allSatisfy { $0.lastDueAt == setup.time.now }
            }
        }
        #expect(try await jobs(setup).count == 6)
        housekeeping.cancel()
        try await housekeeping.value(within: "the end of the housekeeping")
    }
}
