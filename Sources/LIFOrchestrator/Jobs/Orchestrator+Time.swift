import Foundation
import LIFModel
import LIFWorkflow
import Logging

// MARK: - Time-outs and SLAs of jobs

extension Orchestrator {
    /// Looks after a job's deadline and its SLA.
    func watchTime(of job: Job) {
        var alarms: [JobTimers.Alarm] = []
        let now = now()
        // A clock that was set back since gives a job no more time than it has as a whole.
        if let limit = job.submission.workflow.timeout,
            let deadline = job.deadline.map({ min($0, now + limit.inSeconds) })
        {
            alarms.append(JobTimers.Alarm(date: deadline) { [weak self] in await self?.expire(job) })
        }
        if let sla = job.submission.workflow.sla ?? configuration.workflow.sla {
            let due = min(job.acceptedAt, now).addingTimeInterval(sla.inSeconds)
            alarms.append(JobTimers.Alarm(date: due) { [weak self] in await self?.missedSLA(job, sla) })
        }
        if !alarms.isEmpty { timers.watch(job.id, fence: job.fence, now: now, alarms) }
    }

    /// The job as it is now, if it goes on and this process still holds it.
    private func stillRunning(_ job: Job) async throws -> Job? {
        guard let now = try await stores.jobs.job(job.id), now.finishedAt == nil, now.fence == job.fence else {
            return nil
        }
        return now
    }

    /// Ends a job whose time is up.
    func expire(_ job: Job) async {
        do {
            guard let job = try await stillRunning(job) else { return }
            await engine.cancel(job.id)
            let progress = try await stores.queue.progress(of: job.id)
            let missing = job.plan.parts.indices.filter { progress[$0] == nil }
            try await JobEnd.timedOut(job).file(missing, of: job, with: self)
        } catch {
            if Task.isCancelled { return }
            logFault("end a job past its time-out", error)
        }
    }

    private func missedSLA(_ job: Job, _ sla: Duration) async {
        do {
            guard let job = try await stillRunning(job) else { return }
            metrics.slaMissed()
            stores.log.append(
                JobLogEntry(
                    job: job.id, at: now(), level: .warning, event: "sla-missed",
                    message: "The job is not done after \(sla.forPeople), its SLA. It goes on."))
            logger.warning("A job has missed its SLA", metadata: ["job": "\(job.id.logLabel)"])
            try await callbacks.keep(callbacks.owedForSLA(by: job, at: now()))
        } catch {
            if Task.isCancelled { return }
            logFault("tell that a job has missed its SLA", error)
        }
    }
}
