import LIFModel
import LIFOrchestrator
import LIFSettings
import LIFWorkflow

/// Times that do not go together, so that a setting does nothing or a source never has the time that it is given.
struct TimeoutNotices {
    let root: SettingsBlock
    let plannerTimeout: Duration
    let orchestrator: SettingsBlock
    let sources: [SourceConfiguration]

    private var diagnostics: Diagnostics { root.diagnostics }

    func notice() {
        for name in ["identity_mapper", "lif_cache"] { noticeNeighbour(name) }
        if let workflow = orchestrator.has("workflow") ? orchestrator.block("workflow") : nil {
            noticeRun(workflow, "timeout", "a job ends")
        }
        noticeRun(root, "orchestrator_run_timeout", "a run is given up")
    }

    /// Clients that wait get nothing of what the sources have when a neighbour takes all of their time.
    private func noticeNeighbour(_ name: String) {
        guard root.has(name), let block = root.block(name), block.has("timeout"),
            let timeout = block.duration("timeout"), timeout >= plannerTimeout
        else { return }
        diagnostics.notice(
            block.place(of: "timeout"),
            "\"\(block.shown("timeout"))\" (\(timeout.forPeople)) is not below planner.timeout (\(plannerTimeout.forPeople)): "
                + "when it hangs, clients that wait get 408. Set it lower.")
    }

    private func noticeRun(_ block: SettingsBlock, _ name: String, _ end: String) {
        guard block.has(name), let timeout = block.duration(name) else { return }
        let longer = sources.filter { $0.settings.policy.timeout >= timeout }
        guard let longest = longer.max(by: { $0.settings.policy.timeout < $1.settings.policy.timeout })
        else { return }
        diagnostics.notice(
            block.place(of: name),
            "\"\(block.shown(name))\" (\(timeout.forPeople)) is not above the timeout of the source \"\(longest.source.id)\" "
                + "(\(longest.settings.policy.timeout.forPeople)): \(end) before that source has had its time. Set it higher."
        )
    }
}

extension SourceSettings {
    /// Notices retries for which there is no time.
    ///
    /// - Parameter block: Where they or the time-out are written.
    func noticeRetries(_ block: SettingsBlock) {
        guard policy.retries > 0, policy.backoff >= policy.timeout,
            let name = ["retry_backoff", "timeout", "retries"].first(where: block.has)
        else { return }
        block.diagnostics.notice(
            block.place(of: name),
            "\"\(block.shownPath)\" has retries and no time for one: the wait before the first (retry_backoff, "
                + "\(policy.backoff.forPeople)) is not below the timeout (\(policy.timeout.forPeople)), which covers all "
                + "attempts. Raise \"timeout\", or lower \"retry_backoff\".")
    }
}
