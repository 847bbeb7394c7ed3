import Foundation
import LIFJournal
import LIFModel
import LIFWorkflow

@testable import LIFOrchestrator

/// What a job may do, said in another way than `JobStateMachine` does: it keeps the job as a journal would, lets several processes
/// decide about it, also on what is no longer so, and notes every rule that a decision breaks.
struct JobModel {
    /// What a process decides on.
    struct Snapshot {
        let machine: JobStateMachine
        let revision: Int
        let landedEver: Int
    }

    static let callbacks: JobCallbacks = {
        var callbacks = JobCallbacks()
        callbacks.results = ["https://example.org/results"]
        callbacks.settings.completion = "completion"
        callbacks.settings.success = "success"
        callbacks.settings.failure = "failure"
        callbacks.settings.slaMiss = "late"
        return callbacks
    }()

    let partCount: Int
    let timeout: Duration?
    let processes = (0..<3).map { _ in HolderID() }
    var now = Date(timeIntervalSinceReferenceDate: 0)
    private(set) var state: JournalRun.State
    private(set) var landed: [Int: JobStateMachine.Landing] = [:]
    private(set) var violations: [String] = []
    private(set) var ends = 0
    private var revision = 0
    private var landedEver = 0
    private var owed: Set<JobDebt> = []
    /// By process: the epoch and the parts of what it runs.
    private(set) var runs: [Int: (epoch: Int, parts: Set<Int>)] = [:]
    private var resubmissions: [Int: Int] = [:]

    init(partCount: Int, timeout: Duration?) {
        self.partCount = partCount
        self.timeout = timeout
        state = JournalRun.State(startedAt: now, holder: processes[0])
    }

    func snapshot(of process: Int) -> Snapshot {
        Snapshot(
            machine: JobStateMachine(
                partCount: partCount, acceptedAt: Date(timeIntervalSinceReferenceDate: 0), timeout: timeout,
                sla: .seconds(5), callbacks: Self.callbacks, own: processes[process], state: state, landed: landed,
                resubmissions: resubmissions[process] ?? 0),
            revision: revision, landedEver: landedEver)
    }

    var holder: Int { processes.firstIndex(of: state.holder) ?? 0 }

    private mutating func check(_ isKept: Bool, _ rule: String) { if !isKept { violations.append(rule) } }

    /// Another process takes the job over.
    mutating func claim(by process: Int) {
        guard state.isOpen else { return }
        state.holder = processes[process]
        state.epoch += 1
        revision += 1
    }

    /// A part lands that is not the last one.
    mutating func append(_ part: Int, _ landing: JobStateMachine.Landing, epoch: Int) {
        guard state.isOpen, epoch >= state.epoch, landed[part] == nil else { return }
        landed[part] = landing
        landedEver += 1
    }

    /// The engine of a process has nothing of its run any more.
    ///
    /// - Returns: The epoch of that run.
    mutating func leave(_ process: Int) -> Int? { runs.removeValue(forKey: process)?.epoch }

    /// - Returns: Whether the decision holds; else it is to be made anew.
    mutating func apply(_ decision: JobDecision, _ event: JobOccurrence, on snapshot: Snapshot, by process: Int) -> Bool
    {
        if decision.refusal != nil {
            check(decision.state == nil && decision.actions.isEmpty, "What is refused changes nothing.")
            return true
        }
        if let new = decision.state {
            let isStale = decision.dependsOnParts && snapshot.landedEver != landedEver
            if snapshot.revision != revision || isStale { return false }
            commit(new, decision, event, by: process)
        } else {
            check(decision.owed.isEmpty && decision.failures == nil, "What is owed and filed goes with a change.")
        }
        for action in decision.actions { perform(action, decision.state ?? snapshot.machine.state, by: process) }
        return true
    }

    private mutating func commit(
        _ new: JournalRun.State, _ decision: JobDecision, _ event: JobOccurrence, by process: Int
    ) {
        let old = state
        check(new.epoch >= old.epoch, "The epoch never falls.")
        check(
            new.epoch == old.epoch || event == .cancelled || event == .retried,
            "The epoch rises with a cancellation and a retry only.")
        check(old.isOpen || event == .retried || event == .acknowledged, "What has ended changes no more by itself.")
        check(
            old.cancelledAt == nil || new.cancelledAt == old.cancelledAt || event == .retried, "A cancellation stays.")
        if decision.dropsFailedParts {
            check(event == .retried, "Outcomes are taken away for a retry only.")
            landed = landed.filter { $0.value == .whole }
        }
        if case .landing(let part, let landing, let epoch) = event, decision.landsWithIt, landed[part] == nil {
            check(epoch == old.epoch, "Only a run of the job's epoch lands its parts.")
            landed[part] = landing
            landedEver += 1
        }
        for part in decision.failures?.parts ?? [] where landed[part] == nil {
            landed[part] = .failed
            landedEver += 1
        }
        if !new.isOpen, old.isOpen || event == .retried {
            ends += 1
            check(landed.count == partCount, "At the end each part has its outcome.")
            let hasFailed =
                new.cancelledAt != nil || new.failure != nil || landed.values.allSatisfy { $0 == .failed }
            check(new.end == (hasFailed ? "FAILED" : "COMPLETED"), "The status is that of the outcomes.")
            let kinds: Set<CallbackKind> = [.results, .completion, hasFailed ? .failure : .success]
            check(Set(decision.owed.map(\.kind)) == kinds, "An end owes its callbacks.")
            check(decision.owed.allSatisfy { $0.epoch == new.epoch }, "They are of its epoch.")
            check(decision.actions.contains(.forget(through: new.epoch)), "What has ended is forgotten.")
            check(!decision.launches, "What has ended is not launched.")
        }
        for debt in decision.owed {
            check(owed.insert(debt).inserted || debt.kind == .slaMiss, "A callback is owed once in an epoch.")
        }
        state = new
        revision += 1
    }

    private mutating func perform(_ action: JobAction, _ decided: JournalRun.State, by process: Int) {
        switch action {
        case .launch(let parts):
            check(decided.isOpen && decided.cancelledAt == nil, "A cancelled or ended job launches nothing.")
            check(decided.holder == processes[process], "Its holder alone launches it.")
            check(!parts.isEmpty, "There is something to launch.")
            // A run of an earlier epoch is stopped, and another one is launched when it has left.
            if runs[process] == nil { runs[process] = (decided.epoch, Set(parts)) }
        case .countResubmission:
            resubmissions[process, default: 0] += 1
            check((resubmissions[process] ?? 0) <= JobStateMachine.resubmissionLimit, "It is launched again twice.")
        case .forget: resubmissions[process] = nil
        default: break
        }
    }
}
