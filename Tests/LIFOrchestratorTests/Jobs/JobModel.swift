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
    /// Whether the engine is elsewhere: its runs go on whoever watches them.
    let isElsewhere: Bool
    let job = JobID()
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
    /// By epoch: the parts of what an engine elsewhere was to launch.
    private(set) var launched: [Int: Set<Int>] = [:]
    private var resubmissions: [Int: Int] = [:]

    init(partCount: Int, timeout: Duration?, isElsewhere: Bool = false) {
        self.partCount = partCount
        self.timeout = timeout
        self.isElsewhere = isElsewhere
        state = JournalRun.State(startedAt: now, holder: processes[0])
        state.engine = engine.standing(of: job, epoch: 1)
        if isElsewhere { launched[1] = Set(0..<partCount) }
    }

    var engine: JobEngine { JobEngine("engine", isElsewhere: isElsewhere) }

    func snapshot(of process: Int) -> Snapshot {
        Snapshot(
            machine: JobStateMachine(
                job: job, partCount: partCount, acceptedAt: Date(timeIntervalSinceReferenceDate: 0), timeout: timeout,
                sla: .seconds(5), callbacks: Self.callbacks, own: processes[process], engine: engine, state: state,
                landed: landed, resubmissions: resubmissions[process] ?? 0, running: runs[process]?.epoch),
            revision: revision, landedEver: landedEver)
    }

    var holder: Int { processes.firstIndex(of: state.holder) ?? 0 }

    private mutating func check(_ isKept: Bool, _ rule: String) { if !isKept { violations.append(rule) } }

    /// Another process takes the job over.
    mutating func claim(by process: Int) {
        guard state.isOpen else { return }
        state.holder = processes[process]
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
        if decision.actions.contains(where: { if case .adopt = $0 { true } else { false } }) {
            check(isElsewhere && decision.state == nil, "Who watches another's run changes nothing of the job.")
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
            new.epoch == old.epoch || event == .cancelled || event == .retried || decision.launches,
            "The epoch rises with a cancellation, a retry and another launch only.")
        checkEngine(old, new, decision, event)
        switch event {
        case .engineSays(let epoch, _), .launchFailed(let epoch, _):
            check(epoch == old.epoch, "What an engine says of an earlier epoch changes nothing.")
            check(old.holder == processes[process], "Who watches a run decides on what its engine says.")
        default: break
        }
        var sameRun = new
        (sameRun.engine, sameRun.cancellations) = (old.engine, old.cancellations)
        check(
            old.isOpen || event == .retried || event == .acknowledged || sameRun == old,
            "What has ended changes no more by itself.")
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

    /// What an engine elsewhere is to be told is kept until it was told.
    private mutating func checkEngine(
        _ old: JournalRun.State, _ new: JournalRun.State, _ decision: JobDecision, _ event: JobOccurrence
    ) {
        let forgotten = Set(old.cancellations).subtracting(new.cancellations)
        switch event {
        case .cancellationAnswered(let cancellation, let answer):
            check(forgotten.isSubset(of: [cancellation]), "An answer settles its cancellation alone.")
            check(forgotten.isEmpty || answer.isDelivered, "What was not delivered is owed still.")
        case .launchAnswered(let epoch, _):
            check(
                forgotten.allSatisfy { $0.standing.epoch == epoch && $0.standing.run == nil },
                "An answer names what is to be cancelled, and settles nothing.")
            check(
                forgotten.isEmpty || new.cancellations.contains { $0.standing.epoch == epoch },
                "What is not wanted is cancelled also when its launch is answered late.")
        default: check(forgotten.isEmpty, "A cancellation is owed until it was answered.")
        }
        check(isElsewhere || new.cancellations.isEmpty, "In this process nothing is owed.")
        guard isElsewhere, old.isOpen, let standing = old.engine else { return }
        check(
            event != .takenUp || new.epoch == old.epoch || standing.epoch != old.epoch,
            "Another watcher changes no epoch.")
        let isOver = new.epoch > old.epoch || decision.failures != nil && !new.isOpen
        switch event {
        // The engine itself has said that it has nothing of it.
        case .engineSays, .launchFailed: break
        default:
            check(
                !isOver || new.cancellations.contains { $0.standing.epoch == standing.epoch },
                "What is not wanted any more is cancelled at the engine.")
        }
    }

    private mutating func perform(_ action: JobAction, _ decided: JournalRun.State, by process: Int) {
        switch action {
        case .launch(let parts):
            check(decided.isOpen && decided.cancelledAt == nil, "A cancelled or ended job launches nothing.")
            check(decided.holder == processes[process], "Its holder alone launches it.")
            check(!parts.isEmpty, "There is something to launch.")
            // A run of an earlier epoch is stopped, and another one is launched when it has left.
            if isElsewhere {
                check(launched[decided.epoch] == nil || decided.epoch == 1, "An epoch is launched once.")
                launched[decided.epoch] = Set(parts)
                runs[process] = (decided.epoch, Set(parts))
            } else if runs[process] == nil {
                runs[process] = (decided.epoch, Set(parts))
            }
        case .adopt(let parts, let handle):
            check(decided.holder == processes[process], "Its holder alone watches it.")
            check(handle == nil || handle == decided.engine?.handle, "It is the job's run that is watched.")
            runs[process] = (decided.epoch, Set(parts))
        case .stopRun where isElsewhere: runs[process] = nil
        case .countResubmission:
            resubmissions[process, default: 0] += 1
            check((resubmissions[process] ?? 0) <= JobStateMachine.resubmissionLimit, "It is launched again twice.")
        case .forget(let epoch):
            resubmissions[process] = nil
            if isElsewhere, let run = runs[process], run.epoch <= epoch { runs[process] = nil }
        default: break
        }
    }
}
