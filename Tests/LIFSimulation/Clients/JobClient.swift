import LIFModel
import LIFOrchestrator
import LIFWorkflow

/// Submits one job after the other, some of them twice; waits, listens, cancels, has what failed run again, and acknowledges.
struct JobClient: Sendable {
    let world: World
    let house: House
    let name: String

    func run() async {
        var number = 0
        while world.now < world.scenario.duration {
            try? await world.sleep(world.random(0...10.0))
            number += 1
            await submit("\(name)-\(number)")
        }
    }

    private func submission(_ key: String?) -> JobSubmission? {
        let sources = house.sources
        let parts = (0..<world.random(1...4)).compactMap { _ -> QueryPlanPart? in
            guard let source = world.pick(sources) else { return nil }
            let learner = world.random(0...world.scenario.learners - 1)
            return QueryPlanPart(
                informationSourceID: source.id, adapterID: SimulatedSource.adapterID,
                learner: Learners.identifier(of: learner),
                fragmentPaths: source.paths.map(FragmentPath.init(entity:)))
        }
        if parts.isEmpty { return nil }
        var workflow = WorkflowSettings()
        if world.chance(40) { workflow.timeout = .seconds(world.random(1...30.0)) }
        if world.chance(50) { workflow.callbacks.completion = SimulatedReceiver.name }
        if world.chance(30) { workflow.callbacks.success = SimulatedReceiver.name }
        if world.chance(30) { workflow.callbacks.failure = SimulatedReceiver.name }
        return JobSubmission(
            plan: QueryPlan(parts: parts), workflow: workflow,
            callback: world.chance(30) ? SimulatedReceiver.url : nil, idempotencyKey: key)
    }

    private func submit(_ label: String) async {
        let key = world.chance(60) ? label : nil
        guard let submission = submission(key) else { return }
        var accepted: JobID?
        for _ in 1...8 {
            // A client whose connection is slow sends it a second time before it has an answer.
            let isRepetition = accepted != nil
            async let other = key != nil && world.chance(15) ? send(submission, isRepetition: isRepetition) : nil
            let first = await send(submission, isRepetition: isRepetition)
            let second = await other
            let isFirst = accepted == nil
            accepted = first ?? second ?? accepted
            // Without a key a second one would perhaps be another job.
            if key == nil { break }
            // One that does not trust its connection sends it again.
            if accepted != nil, !isFirst || !world.chance(30) { break }
            if accepted == nil { try? await world.sleep(world.random(0.1...3)) }
        }
        guard let accepted else { return }
        let followed = FollowedJob(world: world, house: house, id: accepted, plan: submission.plan)
        world.readLater { await followed.readAgain() }
        if world.sabotage == .forgottenJob, world.chance(20) { await house.forget(accepted) }
        await followed.untilEnd()
    }

    /// - Returns: `nil` when it cannot tell whether it was accepted.
    private func send(_ submission: JobSubmission, isRepetition: Bool) async -> JobID? {
        guard let holder = house.anyHolder else {
            try? await world.sleep(1)
            return nil
        }
        let label = submission.idempotencyKey ?? "no key"
        do {
            let patience = world.scenario.has(.impatience) && world.chance(30) ? world.random(0...1.0) : 30
            let sent = sabotaged(submission, isRepetition: isRepetition)
            let job = try await world.machine.call(holder.process, patience: patience) {
                try await holder.orchestrator.submit(sent)
            }
            world.note("\(name) has job \(job.id.logLabel) for \(label) from holder \(holder.process)")
            var callbacks = Set(submission.workflow.callbacks.targets.map(\.kind.rawValue))
            if submission.callback != nil { callbacks.insert(CallbackKind.results.rawValue) }
            world.saw(
                .jobAccepted(
                    id: job.id.text, key: submission.idempotencyKey, callbacks: callbacks,
                    parts: submission.plan.parts.indices.map { SeenPart(submitted: $0, of: submission.plan) }))
            return job.id
        } catch {
            let code = Errors.code(of: error)
            world.note("\(name): a job for \(label) got \(code)")
            world.saw(.refused(code: code, what: "a job"))
            return nil
        }
    }

    private func sabotaged(_ submission: JobSubmission, isRepetition: Bool) -> JobSubmission {
        guard world.sabotage == .repeatedJob, isRepetition else { return submission }
        var submission = submission
        submission.idempotencyKey? += "-again"
        return submission
    }
}

extension SeenPart {
    fileprivate init(submitted index: Int, of plan: QueryPlan) {
        self.init(
            name: "part \(index)", learner: Learners.number(of: plan.parts[index].learner) ?? -1,
            source: plan.parts[index].informationSourceID, path: nil, outcome: "submitted", hasFailures: false,
            items: [])
    }
}

/// A job as its client follows it: any orchestrator answers about it.
struct FollowedJob: Sendable {
    let world: World
    let house: House
    let id: JobID
    let plan: QueryPlan

    func untilEnd() async {
        var retries = world.chance(30) ? 2 : 0
        var reader = world.random(1...1 << 40)
        var position = 0
        var isEnded = false
        while true {
            guard let holder = house.anyHolder else {
                try? await world.sleep(1)
                continue
            }
            do {
                if isEnded {
                    try await readResults(holder)
                    if retries == 0 || world.weather.isHealed { break }
                    retries -= 1
                    isEnded = false
                    (reader, position) = (world.random(1...1 << 40), 0)
                    world.saw(.retried(id: id.text))
                    try await call(holder) { _ = try await holder.orchestrator.retry(id) }
                    world.note("\(id.logLabel) runs again")
                } else if world.chance(8) {
                    let report = try await call(holder) { try await holder.orchestrator.cancel(id) }
                    world.saw(.status(id: id.text, end: report.status.isFinal ? report.status.rawValue : nil))
                    // What is cancelled has ended.
                    if !report.status.isFinal {
                        world.saw(.refused(code: "unknown", what: "who cancels \(id.logLabel)"))
                    }
                } else if world.chance(40) {
                    isEnded = try await poll(holder)
                } else {
                    let feed = Feed(position: position)
                    defer { position = feed.position }
                    isEnded = try await listen(holder, reader, feed)
                }
            } catch {
                if isLost(error) { return }
                try? await world.sleep(world.random(0.1...2))
            }
        }
        if world.chance(30), let holder = house.anyHolder {
            try? await call(holder) { try await holder.orchestrator.acknowledge(id) }
        }
    }

    func readAgain() async {
        for _ in 0..<20 {
            guard let holder = house.anyHolder else { return }
            do {
                guard try await listen(holder, world.random(1...1 << 40), Feed(position: 0)) else { continue }
                try await readResults(holder)
                return
            } catch {
                world.note("\(id.logLabel) cannot be read again yet: \(Errors.code(of: error))")
                if isLost(error) { return }
                try? await world.sleep(1)
            }
        }
    }

    private func call<Value: Sendable>(
        _ holder: Holder, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await world.machine.call(holder.process, patience: 40, work)
    }

    private func isLost(_ error: any Error) -> Bool {
        let code = Errors.code(of: error)
        world.saw(.refused(code: code, what: "a client of job \(id.logLabel)"))
        guard code == LIFError.Code.jobNotFoundException.rawValue else { return false }
        world.saw(.unknown(id: id.text))
        return true
    }

    private func poll(_ holder: Holder) async throws -> Bool {
        let limit = world.random(0...5.0)
        let report = try await call(holder) { try await holder.orchestrator.report(id, waitingFor: .seconds(limit)) }
        let isEnded = report.status.isFinal && !(world.sabotage == .reopenedJob && world.chance(30))
        world.saw(.status(id: id.text, end: isEnded ? report.status.rawValue : nil))
        return report.status.isFinal
    }

    /// - Returns: Whether it has read the end.
    private func listen(_ holder: Holder, _ reader: Int, _ feed: Feed) async throws -> Bool {
        let most = world.chance(50) ? Int.max : world.random(1...3)
        return try await world.machine.call(holder.process, patience: world.chance(80) ? 40 : 2) {
            var count = 0
            for try await event in try await holder.orchestrator.events(of: id, after: Int64(feed.position)) {
                switch event {
                case .landed(let landed):
                    count += 1
                    feed.advance(to: Int(landed.position))
                    let seen = SeenPart(sabotaged(landed.outcome), part: landed.part, of: plan)
                    world.saw(.event(id: id.text, reader: reader, position: Int(landed.position), seen))
                case .ended(let status):
                    world.saw(.feedEnded(id: id.text, reader: reader, end: status.rawValue))
                    return true
                }
                if count >= most { return false }
            }
            return false
        }
    }

    private func sabotaged(_ outcome: Outcome) -> Outcome {
        guard world.sabotage == .changedOutcome, world.chance(20) else { return outcome }
        return Outcome(.empty(learnerKnown: true), finishedAt: outcome.finishedAt, duration: outcome.duration)
    }

    private func readResults(_ holder: Holder) async throws {
        let (report, results) = try await call(holder) {
            (try await holder.orchestrator.report(id), try await holder.orchestrator.results(id))
        }
        let isEnded = report.status.isFinal && !(world.sabotage == .reopenedJob && world.chance(30))
        world.saw(.status(id: id.text, end: isEnded ? report.status.rawValue : nil))
        guard report.status.isFinal, results.parts.count == plan.parts.count else { return }
        world.saw(
            .result(
                id: id.text,
                parts: results.parts.enumerated().map { SeenPart($1.outcome, part: $0, of: plan) }))
    }
}
