import LIFJSON
import LIFModel
import LIFWorkflow
import Synchronization

/// What each kind of operator is asked, attempt by attempt.
extension PlanTaskExecutor {
    func fetch(
        _ part: QueryPlanPart, _ task: WorkflowTask, _ run: WorkflowRun, attempted: Attempts
    ) async throws -> OperatorAnswer {
        let source = part.informationSourceID
        let settings = setup.configuration.settings(of: source)
        let adapter = try setup.loader.adapter(of: part)
        // Nothing is fetched that could not be translated then.
        if part.translation != nil { _ = try setup.loader.translator(of: source) }
        let isProbe = try await breakers.admit(source, settings)
        let partial = Mutex<OperatorAnswer?>(nil)
        do {
            let answer = try await attempts(task, part, run, attempted) { context in
                let collected = Mutex<(document: RawJSON?, fragments: [FragmentPath: FragmentContent])>((nil, [:]))
                let report = try await adapter.run(part, context: context) { item in
                    collected.withLock { collected in
                        switch item {
                        case .document(let document):
                            if part.translation != nil { collected.document = document }
                        case .fragment(let fragment):
                            collected.fragments[fragment.path] = fragment.content
                        }
                    }
                }
                let (document, fragments) = collected.withLock { $0 }
                let content =
                    document.map(TaskOutput.Content.document)
                    ?? .fragments(fragments.map { Fragment(path: $0, content: $1) })
                let output = TaskOutput(
                    content, learnerKnown: report.learnerKnown, dataTimestamp: report.dataTimestamp,
                    failures: report.failures)
                let answer = OperatorAnswer(output, leftOut: report.leftOut, unmatched: report.unmatched)
                guard let failure = report.failures.values.first else { return answer }
                partial.withLock { $0 = answer }
                if report.failuresMayPass {
                    throw LIFError.source(failure.reason, failure.message, isRetryable: true)
                }
                return answer
            }
            await breakers.succeeded(source)
            return answer
        } catch {
            // What an attempt brought is better than nothing, and the source has answered, unless it failed at all of it.
            if !Task.isCancelled, let answer = partial.withLock({ $0 }) {
                if answer.failed(at: part.fragmentPaths) {
                    await breakers.failed(source, error, settings, isProbe: isProbe)
                } else {
                    await breakers.succeeded(source)
                }
                return answer
            }
            await breakers.failed(source, Task.isCancelled ? nil : error, settings, isProbe: isProbe)
            throw error
        }
    }

    func translate(
        _ input: TaskOutput, _ part: QueryPlanPart, _ task: WorkflowTask, _ run: WorkflowRun, attempted: Attempts
    ) async throws -> OperatorAnswer {
        guard let translation = part.translation, let document = input.documentToTranslate else {
            return OperatorAnswer(input)
        }
        if let failure = input.failures.values.first {
            // A record made of half a document would pass for the whole.
            throw LIFError.source(failure.reason, failure.message)
        }
        // A source that has nothing gives nothing to translate.
        if case .fragments(let fragments) = input.content, fragments.isEmpty { return OperatorAnswer(input) }
        let translator = try setup.loader.translator(of: part.informationSourceID)
        let record = try await attempts(task, part, run, attempted) { context in
            try await translator.translate(document, translation, context: context)
        }
        var output = input
        output.content = .fragments(try record.fragments(at: part.fragmentPaths))
        return OperatorAnswer(output, leftOut: record.personOfRecord?.paths(besides: part.fragmentPaths) ?? [])
    }

    func process(
        _ input: TaskOutput, _ part: QueryPlanPart, step: Int, _ task: WorkflowTask, _ run: WorkflowRun,
        attempted: Attempts
    ) async throws -> OperatorAnswer {
        let steps = setup.loader.steps(of: part)
        // The run's graph is of the pipeline as it was: of another one no step may be left out or done twice.
        guard steps.indices.contains(step), steps[step].name == task.operatorName,
            run.graph[WorkflowTask.Work.process(part: task.work.part ?? 0, step: steps.count - 1).id] != nil
        else {
            throw LIFError(
                .operatorNotFoundException,
                "The data pipeline \"\(part.adapterID)\" has other steps now: the configuration has changed. Run the part again.",
                blame: .us, reason: .operatorNotFound)
        }
        guard case .fragments(let fragments) = input.content, !fragments.isEmpty else {
            return OperatorAnswer(input)
        }
        var output = input
        output.content = .fragments(
            try await attempts(task, part, run, attempted) { context in
                try await steps[step].process(fragments, of: part, context: context)
            })
        if !steps[step].worksOnEachFragment, let failure = input.failures.values.first,
            case .fragments(let made) = output.content
        {
            // What the step would have made of the rest is not known.
            for path in part.fragmentPaths where !made.contains(where: { $0.path == path }) {
                output.failures[path] = output.failures[path] ?? failure
            }
        }
        return OperatorAnswer(output)
    }

    private func attempts<Value: Sendable>(
        _ task: WorkflowTask, _ part: QueryPlanPart, _ run: WorkflowRun, _ attempted: Attempts,
        _ work: @escaping @Sendable (OperatorContext) async throws -> Value
    ) async throws -> Value {
        let source = part.informationSourceID
        let entry: @Sendable (JobLogEntry.Level, String, Int, String) -> Void = { level, event, attempt, message in
            guard run.isAccepted else { return }
            log.append(
                JobLogEntry(
                    job: run.job, at: now(), level: level, event: event, task: task.id, attempt: attempt,
                    message: message))
        }
        do {
            return try await runner.run(
                task.policy,
                failed: { number, error in
                    let reason = Failure(of: error).reason
                    metrics.attemptFailed(source: source, reason: reason)
                    entry(.warning, "attempt-failed", number, "\(source) (\(reason.rawValue)): \(error.message)")
                },
                attempt: { number in
                    attempted.begin(number)
                    return try await work(
                        OperatorContext(
                            attempt: number, via: run.plan.via, trace: trace,
                            log: {
                                entry(.info, "operator", number, $0)
                                trace?.log($0)
                            }))
                })
        } catch var error as LIFError {
            error.source = source
            throw error
        }
    }
}
