import Foundation
public import LIFJSON
import LIFJournal
public import LIFModel
public import LIFWorkflow
import Synchronization

/// A workflow engine of its own, which goes on whatever becomes of its client: it keeps runs, starts their tasks on a scheduler, and has
/// each done by a worker. It knows a job's id and the shape of its graph, and nothing else of it. What it is asked and what it says is
/// JSON, so that its client may be in another process.
///
/// It can be told to misbehave as engines do.
public final class LoopbackServer: Sendable {
    /// Does one task, or has another process do it.
    public typealias Worker = @Sendable (_ job: JobID, _ task: WorkflowTask.ID, _ epoch: Int) async throws -> Void

    /// What its client is told instead of an answer.
    public enum Silence: Error {
        /// The request was not taken.
        case away
        /// The request was taken.
        case answerLost
    }

    private struct Entry {
        let id: String
        let job: JobID
        let epoch: Int
        let tasks: [WorkflowTask]
        var state = EngineRunState.notStarted
        /// The number of its last change.
        var change = 0
        /// The name of what goes on of it, for the scheduler.
        var key: JobID?
        /// Its ends do not count: a person has said how it ended.
        var isStopped = false
    }

    private struct State {
        var entries: [Entry] = []
        var change = 0
        var isAway = false
        var isHeld = false
        var answersToLose = 0
        var refusal: String?
        var requests: [String] = []

        mutating func set(_ state: EngineRunState, of id: String) {
            guard let place = entries.firstIndex(where: { $0.id == id }), entries[place].state != state else { return }
            change += 1
            (entries[place].state, entries[place].change) = (state, change)
        }
    }

    private let scheduler: any TaskScheduler
    private let repetitions: Int
    private let worker: Worker
    private let state = Mutex(State())

    /// An engine without runs.
    ///
    /// - Parameters:
    ///   - scheduler: Starts the tasks; it must not have other runs.
    ///   - repetitions: How many workers it has do each task at the same time.
    public init(on scheduler: any TaskScheduler, repetitions: Int = 1, worker: @escaping Worker) {
        self.scheduler = scheduler
        self.repetitions = repetitions
        self.worker = worker
    }

    // MARK: - Misbehaviour

    /// Answers nobody, or answers again. Its runs go on.
    public func beAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    /// The answers to so many launches are lost: they are carried out.
    public func loseAnswers(_ count: Int) { state.withLock { $0.answersToLose = count } }

    /// Refuses launches, with this sentence; `nil` ends that.
    public func refuse(_ message: String?) { state.withLock { $0.refusal = message } }

    /// Launched runs hang before their first task, until they are let go.
    public func hold(_ isHeld: Bool) async {
        let waiting = state.withLock { state in
            state.isHeld = isHeld
            return isHeld ? [] : state.entries.filter { $0.state == .notStarted }.map(\.id)
        }
        for id in waiting { await begin(id) }
    }

    /// Forgets its runs, as a person does who deletes them. What goes on of them goes on.
    public func forget() { state.withLock { $0.entries = [] } }

    /// Dies and starts anew: what it ran is cancelled and forgotten.
    public func die() async {
        let keys = state.withLock { state in
            defer { state.entries = [] }
            return state.entries.compactMap(\.key)
        }
        for key in keys { await scheduler.cancel(key) }
    }

    /// Runs every run again that has ended, as a person does who clears them.
    public func clear() async {
        for id in state.withLock({ $0.entries.filter { $0.state.isEnd }.map(\.id) }) { await begin(id) }
    }

    /// Ends every run, as a person does who has it ended.
    public func stopAll() async {
        let keys = state.withLock { state in
            for place in state.entries.indices where !state.entries[place].state.isEnd {
                state.entries[place].isStopped = true
                state.set(.ended(.cancelled), of: state.entries[place].id)
            }
            return state.entries.compactMap(\.key)
        }
        for key in keys { await scheduler.cancel(key) }
    }

    /// The runs that it knows: of which jobs, under which epochs, the oldest first.
    public var runs: [(job: JobID, epoch: Int, state: EngineRunState)] {
        state.withLock { $0.entries.map { ($0.job, $0.epoch, $0.state) } }
    }

    /// What it was asked to do and has done, by the names of the calls.
    public var requests: [String] { state.withLock { $0.requests } }

    /// Cancels what it runs, and returns when that has ended.
    public func shutdown() async { await scheduler.shutdown() }

    // MARK: - What it is asked

    /// Answers a request of `LoopbackEngine`.
    ///
    /// - Throws: `Silence`.
    public func answer(_ request: JSONValue) async throws -> JSONValue {
        let call = request["call"]?.string ?? ""
        try state.withLock { state in
            if state.isAway { throw Silence.away }
            state.requests.append(call)
        }
        switch call {
        case "launch": return try await launch(request)
        case "find": return ["run": run(of: request).map(JSONValue.string) ?? .null]
        case "states": return states(of: request["runs"]?.array?.compactMap(\.string) ?? [])
        case "changes": return changes(since: request["since"]?.string.flatMap { Int($0) } ?? 0)
        case "cancel":
            return .string(
                await cancel(request["run"]?.string ?? "", isForced: request["is_forced"]?.bool == true).rawValue)
        default: throw Silence.away
        }
    }

    private func run(of request: JSONValue) -> String? {
        state.withLock { state in
            state.entries.first {
                $0.job.text == request["job"]?.string && $0.epoch == request["epoch"]?.number?.int
            }?.id
        }
    }

    private func launch(_ request: JSONValue) async throws -> JSONValue {
        if let refusal = state.withLock(\.refusal) { return ["refused": .string(refusal)] }
        guard let job = request["job"]?.string.flatMap({ JobID($0) }), let epoch = request["epoch"]?.number?.int else {
            throw Silence.away
        }
        let tasks = (request["tasks"]?.array ?? []).map(WorkflowTask.init(loopback:))
        let (id, isNew, isLost) = state.withLock { state -> (String, Bool, Bool) in
            let isLost = state.answersToLose > 0
            if isLost { state.answersToLose -= 1 }
            if let known = state.entries.first(where: { $0.job == job && $0.epoch == epoch }) {
                return (known.id, false, isLost)
            }
            let id = RandomID().text
            state.entries.append(Entry(id: id, job: job, epoch: epoch, tasks: tasks))
            return (id, !state.isHeld, isLost)
        }
        if isNew { await begin(id) }
        if isLost { throw Silence.answerLost }
        return ["run": .string(id)]
    }

    private func begin(_ id: String) async {
        let key = JobID()
        let tasks = state.withLock { state -> [WorkflowTask]? in
            guard let place = state.entries.firstIndex(where: { $0.id == id }) else { return nil }
            (state.entries[place].key, state.entries[place].isStopped) = (key, false)
            state.set(.running, of: id)
            return state.entries[place].tasks
        }
        guard let tasks, let graph = try? WorkflowGraph(tasks: tasks) else { return }
        let run = WorkflowRun(
            job: key, plan: QueryPlan(parts: []), graph: graph, isAccepted: true, startedAt: Date())
        try? await scheduler.submit(run, to: self)
    }

    private func states(of ids: [String]) -> JSONValue {
        state.withLock { state in
            let known = Dictionary(uniqueKeysWithValues: state.entries.map { ($0.id, $0.state) })
            return Self.object(ids.map { ($0, (known[$0] ?? .gone).json) })
        }
    }

    private func changes(since number: Int) -> JSONValue {
        state.withLock { state in
            let changed = state.entries.filter { $0.change > number }
            return [
                "cursor": .string("\(state.change)"), "runs": Self.object(changed.map { ($0.id, $0.state.json) }),
            ]
        }
    }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        var object = JSONObject()
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    private func cancel(_ id: String, isForced: Bool) async -> EngineCancelAnswer {
        let (answer, key) = state.withLock { state -> (EngineCancelAnswer, JobID?) in
            guard let place = state.entries.firstIndex(where: { $0.id == id }) else { return (.gone, nil) }
            switch state.entries[place].state {
            case .ended: return (.alreadyEnded, nil)
            case .notStarted:
                if !isForced { return (.tooEarly, nil) }
                state.set(.ended(.cancelled), of: id)
                return (.accepted, nil)
            default: return (.accepted, state.entries[place].key)
            }
        }
        if let key { await scheduler.cancel(key) }
        return answer
    }
}

extension LoopbackServer: TaskExecutor {
    /// Has its workers do a task.
    public func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
        guard let entry = entry(run.job) else { return }
        try await withThrowingTaskGroup(of: Void.self) { [worker] group in
            for _ in 0..<repetitions {
                group.addTask { try await worker(entry.job, task.id, entry.epoch) }
            }
            try await group.waitForAll()
        }
    }

    /// Notes a run's end.
    public func ended(_ run: WorkflowRun, error: (any Error)?) async {
        let end: EngineRunEnd =
            switch error {
            case nil: .succeeded
            case is CancellationError: .cancelled
            case .some(let error): .failed(Failure(.internal, "\(error)"))
            }
        state.withLock { state in
            guard let entry = state.entries.first(where: { $0.key == run.job }), !entry.isStopped else { return }
            state.set(.ended(end), of: entry.id)
        }
    }

    private func entry(_ key: JobID) -> (job: JobID, epoch: Int)? {
        state.withLock { state in state.entries.first { $0.key == key }.map { ($0.job, $0.epoch) } }
    }
}

extension EngineRunState {
    /// Whether nothing goes on.
    fileprivate var isEnd: Bool { if case .ended = self { true } else { false } }

    fileprivate var json: JSONValue {
        switch self {
        case .notStarted: "not-started"
        case .running: "running"
        case .ended(.succeeded): "succeeded"
        case .ended(.cancelled): "cancelled"
        case .ended(.failed(let failure)): ["failed": .string(failure.message)]
        case .gone: "gone"
        case .unknown: "unknown"
        }
    }
}
