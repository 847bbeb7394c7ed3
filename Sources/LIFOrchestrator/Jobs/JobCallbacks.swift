import LIFModel
import LIFWorkflow

/// Which callbacks a job owes, as its submission and the configuration say.
struct JobCallbacks: Sendable, Hashable {
    /// Who gets the results.
    var results: [String] = []
    var settings = WorkflowSettings.Callbacks()

    init() {}

    init(_ submission: JobSubmission, _ configuration: OrchestratorConfiguration) {
        for url in [submission.callback, configuration.resultsURL].compactMap(\.self) where !results.contains(url) {
            results.append(url)
        }
        settings = submission.workflow.callbacks.filled(from: configuration.workflow.callbacks)
    }

    /// What a job that ends so owes.
    func atEnd(_ status: JobStatus) -> [(kind: CallbackKind, target: String)] {
        results.map { (.results, $0) }
            + settings.targets.compactMap { kind, target in
                switch kind {
                case .completion: (kind, target)
                case .success where status == .completed: (kind, target)
                case .failure where status == .failed: (kind, target)
                case .success, .failure, .results, .slaMiss: nil
                }
            }
    }
}

extension WorkflowSettings.Callbacks {
    /// With what is not set taken from others.
    fileprivate func filled(from others: Self) -> Self {
        var result = self
        result.completion = completion ?? others.completion
        result.success = success ?? others.success
        result.failure = failure ?? others.failure
        result.slaMiss = slaMiss ?? others.slaMiss
        return result
    }
}
