import Foundation
import LIFModel
import LIFWorkflow

// MARK: - Which callbacks a job owes

extension CallbackDispatcher {
    /// What a job that has ended owes.
    func owed(by job: Job, status: JobStatus, at date: Date) -> [Callback] {
        let configuration = setup().configuration
        var targets: [(CallbackKind, String)] = []
        for url in [job.submission.callback, configuration.resultsURL].compactMap(\.self)
        where !targets.contains(where: { $0.1 == url }) {
            targets.append((.results, url))
        }
        let callbacks = job.submission.workflow.callbacks.filled(from: configuration.workflow.callbacks)
        for (kind, target) in callbacks.targets {
            switch kind {
            case .completion: targets.append((kind, target))
            case .success where status == .completed: targets.append((kind, target))
            case .failure where status == .failed: targets.append((kind, target))
            case .success, .failure, .results, .slaMiss: break
            }
        }
        return targets.map { kind, target in
            Callback(job: job.id, kind: kind, target: target, fence: job.fence, createdAt: date)
        }
    }

    /// What a job that missed its SLA owes. It is counted from the job's acceptance, so it is missed once, whoever runs the job.
    func owedForSLA(by job: Job, at date: Date) -> [Callback] {
        let callbacks = job.submission.workflow.callbacks.filled(from: setup().configuration.workflow.callbacks)
        return callbacks.slaMiss.map { target in
            [Callback(job: job.id, kind: .slaMiss, target: target, fence: 0, createdAt: date)]
        } ?? []
    }
}

extension WorkflowSettings.Callbacks {
    /// With what is not set taken from others.
    func filled(from others: Self) -> Self {
        var result = self
        result.completion = completion ?? others.completion
        result.success = success ?? others.success
        result.failure = failure ?? others.failure
        result.slaMiss = slaMiss ?? others.slaMiss
        return result
    }
}
