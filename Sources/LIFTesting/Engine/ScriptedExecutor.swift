public import LIFModel
public import LIFWorkflow
import Synchronization

/// A task executor that does what a script says for each task, by the task's id, and notes what happened.
public final class ScriptedExecutor: TaskExecutor {
    /// What a task does.
    public enum Step: Sendable {
        case done
        /// Waits at the gate, then is done.
        case wait(Gate)
        /// Waits at the gate also when it is cancelled, then is done.
        case holdOut(Gate)
        case failure(any Error)
        /// Waits at the gate, then fails.
        case failureAfter(Gate, any Error)
        /// Goes on until it is cancelled.
        case hang
    }

    /// Something that happened to a task.
    public struct Event: Sendable, Hashable {
        /// What happened.
        public enum Kind: Sendable, Hashable { case started, done, failed, cancelled }

        /// The run.
        public let job: JobID
        /// The name of the task.
        public let task: String
        /// What happened.
        public let kind: Kind
    }

    /// What went on in a pool at most at the same time.
    private struct Peak {
        var tasks = 0
        var places = 0
        var mostTasks = 0
        var mostPlaces = 0

        mutating func add(_ tasks: Int, places: Int) {
            self.tasks += tasks
            self.places += places
            mostTasks = max(mostTasks, self.tasks)
            mostPlaces = max(mostPlaces, self.places)
        }
    }

    private struct State {
        var events: [Event] = []
        var all = Peak()
        var pooled = Peak()
        var pools: [String: Peak] = [:]
        var ends: [JobID: [(any Error)?]] = [:]
    }

    private let script: [String: Step]
    private let onEnd: @Sendable (WorkflowRun) async -> Void
    private let state = Mutex(State())
    private let started = Tally()
    private let ended = Tally()

    /// Does these steps.
    ///
    /// - Parameters:
    ///   - script: By task id; a task that is not named is done at once.
    ///   - onEnd: Is called within `ended`, before the end is noted.
    public init(_ script: [String: Step] = [:], onEnd: @escaping @Sendable (WorkflowRun) async -> Void = { _ in }) {
        self.script = script
        self.onEnd = onEnd
    }

    /// What happened so far, in order.
    public var events: [Event] { state.withLock { $0.events } }

    /// The largest number of tasks that went on at the same time.
    public var mostAtOnce: Int { state.withLock { $0.all.mostTasks } }
    /// The largest number of tasks with a pool.
    public var mostAtOnceInPools: Int { state.withLock { $0.pooled.mostTasks } }

    /// The largest number of tasks of a pool that went on at the same time.
    public func mostAtOnce(in pool: String) -> Int { state.withLock { $0.pools[pool]?.mostTasks ?? 0 } }

    /// The largest number of places in a pool that were taken at the same time.
    public func mostPlaces(in pool: String) -> Int { state.withLock { $0.pools[pool]?.mostPlaces ?? 0 } }

    /// The tasks of a run that an event of the kind was noted for, in order.
    public func tasks(_ kind: Event.Kind, of job: JobID) -> [String] {
        events.filter { $0.job == job && $0.kind == kind }.map(\.task)
    }

    /// What `ended` was called with for a run, once for each call.
    public func ends(of job: JobID) -> [(any Error)?] { state.withLock { $0.ends[job] ?? [] } }

    /// Waits until so many tasks were started.
    public func waitForStarts(_ count: Int) async throws {
        try await within("\(count) started tasks") { [started] in try await started.wait(for: count) }
    }

    /// Waits until so many runs have ended.
    public func waitForEnds(_ count: Int) async throws {
        try await within("\(count) ended runs") { [ended] in try await ended.wait(for: count) }
    }

    /// Waits until a task of a run was started.
    public func waitForStart(of task: String, in job: JobID) async throws {
        let event = Event(job: job, task: task, kind: .started)
        try await eventually("the start of \(task)") { [self] in events.contains(event) }
    }

    /// Does the step of the script for the task, and notes start and end.
    public func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
        note(.started, task, run, running: 1)
        started.add()
        do {
            switch script[task.id.text] ?? .done {
            case .done: break
            case .wait(let gate): try await gate.wait()
            // A bare task: nobody cancels it.
            case .holdOut(let gate): try await Task { try await gate.wait() }.value
            case .failure(let error): throw error
            case .failureAfter(let gate, let error):
                try await gate.wait()
                throw error
            case .hang: try await Gate().wait()
            }
            note(.done, task, run, running: -1)
        } catch {
            note(error is CancellationError ? .cancelled : .failed, task, run, running: -1)
            throw error
        }
    }

    private func note(_ kind: Event.Kind, _ task: WorkflowTask, _ run: WorkflowRun, running: Int) {
        let places = running * task.resources.poolSlots
        state.withLock { state in
            state.events.append(Event(job: run.job, task: task.id.text, kind: kind))
            state.all.add(running, places: places)
            guard let pool = task.resources.pool else { return }
            state.pooled.add(running, places: places)
            state.pools[pool, default: Peak()].add(running, places: places)
        }
    }

    /// Calls `onEnd`, then notes the end with its error.
    public func ended(_ run: WorkflowRun, error: (any Error)?) async {
        await onEnd(run)
        state.withLock { $0.ends[run.job, default: []].append(error) }
        ended.add()
    }
}
