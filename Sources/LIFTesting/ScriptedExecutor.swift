public import LIFModel
public import LIFWorkflow
import Synchronization

/// A task executor that does what a script says for each task, by the task's id, and notes what happened.
public final class ScriptedExecutor: TaskExecutor {
    public enum Step: Sendable {
        case done
        /// Waits at the gate, then is done.
        case wait(Gate)
        case failure(any Error)
        /// Goes on until it is cancelled.
        case hang
    }

    public struct Event: Sendable, Hashable {
        public enum Kind: Sendable, Hashable { case started, done, failed, cancelled }

        public let job: JobID
        public let task: String
        public let kind: Kind
    }

    private struct State {
        var events: [Event] = []
        var running = 0
        var mostRunning = 0
        var ends: [(job: JobID, error: (any Error)?)] = []
    }

    private let script: [String: Step]
    private let state = Mutex(State())
    private let started = Tally()
    private let ended = Tally()

    /// - Parameter script: By task id; a task that is not named is done at once.
    public init(_ script: [String: Step] = [:]) { self.script = script }

    public var events: [Event] { state.withLock { $0.events } }
    /// The largest number of tasks that went on at the same time.
    public var mostAtOnce: Int { state.withLock { $0.mostRunning } }

    /// The tasks of a run that an event of the kind was noted for, in order.
    public func tasks(_ kind: Event.Kind, of job: JobID) -> [String] {
        events.filter { $0.job == job && $0.kind == kind }.map(\.task)
    }

    /// What `ended` was called with for a run, once for each call.
    public func ends(of job: JobID) -> [(any Error)?] {
        state.withLock { $0.ends.filter { $0.job == job }.map(\.error) }
    }

    public func waitForStarts(_ count: Int) async throws {
        try await within("\(count) started tasks") { [started] in try await started.wait(for: count) }
    }

    public func waitForEnds(_ count: Int) async throws {
        try await within("\(count) ended runs") { [ended] in try await ended.wait(for: count) }
    }

    public func execute(_ task: WorkflowTask, of run: WorkflowRun) async throws {
        note(.started, task, run, running: 1)
        started.add()
        do {
            switch script[task.id.text] ?? .done {
            case .done: break
            case .wait(let gate): try await gate.wait()
            case .failure(let error): throw error
            case .hang: try await Gate().wait()
            }
            note(.done, task, run, running: -1)
        } catch {
            note(error is CancellationError ? .cancelled : .failed, task, run, running: -1)
            throw error
        }
    }

    private func note(_ kind: Event.Kind, _ task: WorkflowTask, _ run: WorkflowRun, running: Int) {
        state.withLock { state in
            state.events.append(Event(job: run.job, task: task.id.text, kind: kind))
            state.running += running
            state.mostRunning = max(state.mostRunning, state.running)
        }
    }

    public func ended(_ run: WorkflowRun, error: (any Error)?) async {
        state.withLock { $0.ends.append((run.job, error)) }
        ended.add()
    }
}
