public import Foundation
import LIFConcurrency
public import LIFModel
public import LIFWorkflow
import Logging

// MARK: - Plans that run again and again

extension Orchestrator {
    /// Keeps a schedule, which fires from now on. A repetition of the idempotency key gives the same schedule.
    ///
    /// - Throws: `LIFError` `QueryParseException` when the submission has no `workflow.schedule`, its plan does not match the
    ///   configuration, or its key was used for another one; `JobPostException`.
    public func schedule(_ submission: JobSubmission) async throws -> JobSchedule {
        guard let rule = submission.workflow.schedule else {
            throw LIFError.fault(
                .shape, at: "workflow.schedule", "A schedule needs \"workflow.schedule\" with \"cron\" or \"interval\"."
            )
        }
        let submission = try parser.validated(submission)
        try parser.checkCapabilities(engine.capabilities, workflow: submission.workflow)
        _ = try parser.graph(of: submission.plan, workflow: submission.workflow)
        let schedule = JobSchedule(submission: submission, rule: rule, createdAt: now())
        let kept = try await stores.schedules.add(schedule)
        guard kept.submission.isRepeated(by: submission) else { throw JobSubmission.keyIsUsed }
        if kept.id == schedule.id { scheduleChanges.beat() }
        return kept
    }

    /// All schedules in the store, whichever process has added them.
    public func schedules() async throws -> [JobSchedule] { try await stores.schedules.schedules() }

    /// When a schedule fires next; `nil` for never again.
    public func nextDue(_ schedule: JobSchedule) -> Date? { due(schedule, now: now()).next }

    /// Removes a schedule. Jobs that it has submitted go on.
    ///
    /// - Throws: `LIFError` `JobNotFoundException` when there is none of this id.
    public func unschedule(_ id: ScheduleID) async throws {
        guard try await stores.schedules.remove(id) else {
            throw LIFError(.jobNotFoundException, "There is no schedule of this id.")
        }
        scheduleChanges.beat()
    }

    private func due(_ schedule: JobSchedule, now: Date) -> DueTimes {
        schedule.rule.dueTimes(
            anchoredAt: schedule.createdAt, after: schedule.lastDueAt ?? schedule.createdAt, now: now)
    }

    /// Fires what is due and sleeps until the next time, again and again until the task is cancelled.
    ///
    /// Several processes may do so on the same stores: the due time is part of the idempotency key, so that each gives one job.
    func fireSchedules() async {
        while !Task.isCancelled {
            var next: Date?
            let start = now()
            await tryTo("fire schedules") { next = try await self.fireDue() }
            // By the later of both times: the clock may have been set back meanwhile, and the next time is one of before.
            let wait = next.map { Duration.seconds(max(0, $0.timeIntervalSince(max(start, now())))) } ?? .seconds(60)
            // A bound: a clock that was set, or a schedule that another process has added and left.
            await scheduleChanges.wait(atMost: min(wait, .seconds(60)))
        }
    }

    /// - Returns: When to look again.
    func fireDue() async throws -> Date? {
        let now = now()
        var earliest: Date?
        for schedule in try await stores.schedules.schedules() {
            let next = try await fireDue(schedule, now: now)
            if let next { earliest = min(earliest ?? next, next) }
        }
        return earliest
    }

    private func fireDue(_ schedule: JobSchedule, now: Date) async throws -> Date? {
        let times = due(schedule, now: now)
        do {
            if times.isSetBack {
                // The keys of what has fired keep it from firing again for the same time.
                try await stores.schedules.setBack(schedule.id, to: now)
                logger.warning(
                    "The clock was set back: a schedule that has fired for later times goes on from the current time",
                    metadata: ["schedule": "\(schedule.id.logLabel)"])
            }
            for time in times.due { try await fire(schedule, at: time) }
            if times.skipped > 0 {
                logger.warning(
                    "Times of a schedule were missed and are skipped",
                    metadata: ["schedule": "\(schedule.id.logLabel)", "times": "\(times.skipped)"])
                // They are dealt with, and do not come due again. The last job stays.
                try await stores.schedules.note(schedule.id, due: now, job: nil)
            }
            return times.next
        } catch {
            try Task.checkCancellation()
            logFault("fire a schedule", error)
            // Within the grace it is tried again, soon if that may help.
            let isRetryable = (error as? LIFError)?.isRetryable ?? false
            return now.addingTimeInterval(isRetryable ? 5 : 30)
        }
    }

    private func fire(_ schedule: JobSchedule, at due: Date) async throws {
        var submission = schedule.submission
        submission.workflow.schedule = nil
        submission.scheduleID = schedule.id
        let key = "schedule/\(schedule.id.text)/\(due.iso8601)"
        submission.idempotencyKey = key
        var (job, isNew) = try await accept(submission)
        var number = 1
        // A job of a time that is still to come was made by a clock that was ahead: it is not the one of this time.
        while !isNew, job.acceptedAt > now().addingTimeInterval(ScheduleRule.clockSkew.inSeconds) {
            number += 1
            submission.idempotencyKey = "\(key)/\(number)"
            (job, isNew) = try await accept(submission)
        }
        try await stores.schedules.note(schedule.id, due: due, job: job.id)
        guard isNew else { return }
        logger.info(
            "A schedule has fired", metadata: ["schedule": "\(schedule.id.logLabel)", "job": "\(job.id.logLabel)"])
    }
}
