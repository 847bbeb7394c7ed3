public import LIFJSON
public import LIFJournal
public import LIFModel
public import LIFWorkflow

/// The client of a `LoopbackServer`, in the same process or another.
public struct LoopbackEngine: WorkflowEngine {
    /// Brings a request to the server, and its answer back; it throws what the server does, or that the server could not be asked.
    public typealias Link = @Sendable (JSONValue) async throws -> JSONValue

    public let name: String
    public let polling: ClosedRange<Duration>?
    public let launchGrace: Duration
    /// Pools that it cannot hold, and the form in which it could hold a limit on them.
    public var refusedPools: [String: EngineLimitForm] = [:]
    private let link: Link

    /// A client with a link of its own.
    public init(
        name: String = "loopback", polling: ClosedRange<Duration> = .milliseconds(5) ... .milliseconds(100),
        launchGrace: Duration = .zero, link: @escaping Link
    ) {
        self.name = name
        self.polling = polling
        self.launchGrace = launchGrace
        self.link = link
    }

    /// A client in the server's process.
    public init(_ server: LoopbackServer, name: String = "loopback", launchGrace: Duration = .zero) {
        self.init(name: name, launchGrace: launchGrace) { try await server.answer($0) }
    }

    /// All that a scheduler can, and that it may do a task twice.
    public var capabilities: EngineCapabilities { [.priorities, .pools, .poolSlots, .repeatsTasks] }

    private func ask(_ request: JSONValue) async throws(EngineFault) -> JSONValue {
        do {
            return try await link(request)
        } catch LoopbackServer.Silence.answerLost {
            throw .answerLost("The engine's answer was lost.")
        } catch {
            throw .unreachable("The engine does not answer.")
        }
    }

    /// See ``WorkflowEngine/launch(_:)``.
    public func launch(_ run: WorkflowRun) async throws(EngineFault) -> EngineRunHandle {
        let answer = try await ask([
            "call": "launch", "job": .string(run.job.text), "epoch": JSONValue(integerLiteral: run.fence),
            "tasks": .array(run.graph.tasks.map(\.loopback)),
        ])
        if let refusal = answer["refused"]?.string {
            throw .refused(LIFError(.jobPostException, refusal, blame: .engine))
        }
        guard let id = answer["run"]?.string else { throw .answerLost("The engine's answer cannot be read.") }
        return EngineRunHandle(engine: name, run: id)
    }

    /// See ``WorkflowEngine/find(_:epoch:)``.
    public func find(_ job: JobID, epoch: Int) async throws(EngineFault) -> EngineRunHandle? {
        let answer = try await ask([
            "call": "find", "job": .string(job.text), "epoch": JSONValue(integerLiteral: epoch),
        ])
        return answer["run"]?.string.map { EngineRunHandle(engine: name, run: $0) }
    }

    /// See ``WorkflowEngine/states(of:)``.
    public func states(of handles: [EngineRunHandle]) async throws(EngineFault) -> [EngineRunHandle: EngineRunState] {
        states(try await ask(["call": "states", "runs": .array(handles.map { .string($0.run) })]))
    }

    /// See ``WorkflowEngine/changes(since:)``.
    public func changes(since cursor: String?) async throws(EngineFault) -> EngineChanges {
        let answer = try await ask(["call": "changes", "since": cursor.map(JSONValue.string) ?? .null])
        return EngineChanges(states(answer["runs"] ?? .null), cursor: answer["cursor"]?.string ?? "")
    }

    private func states(_ answer: JSONValue) -> [EngineRunHandle: EngineRunState] {
        var states: [EngineRunHandle: EngineRunState] = [:]
        for (id, state) in answer.object?.members.map({ ($0.name, $0.value) }) ?? [] {
            states[EngineRunHandle(engine: name, run: id)] = EngineRunState(loopback: state)
        }
        return states
    }

    /// See ``WorkflowEngine/cancel(_:isForced:)``.
    public func cancel(_ handle: EngineRunHandle, isForced: Bool) async -> EngineCancelAnswer {
        guard
            let answer = try? await ask([
                "call": "cancel", "run": .string(handle.run), "is_forced": .bool(isForced),
            ])
        else { return .unreachable }
        return answer.string.flatMap(EngineCancelAnswer.init(rawValue:)) ?? .unreachable
    }

    /// Refuses what it was made to.
    public func check(_ requirements: EngineRequirements) async throws(EngineFault) -> [EngineRefusal] {
        requirements.limits.pools.keys.sorted().compactMap { pool in
            refusedPools[pool].map {
                EngineRefusal(pool, form: $0, "The engine cannot hold the limit of \"\(pool)\". Leave it out.")
            }
        }
    }

    /// Whether it answers.
    public func readiness() async -> LIFError? {
        do throws(EngineFault) {
            _ = try await changes(since: nil)
            return nil
        } catch {
            return error.cause
        }
    }

    /// Nothing: the server and its runs go on.
    public func shutdown() async {}
}

extension WorkflowTask {
    /// What an engine needs to know of it.
    fileprivate var loopback: JSONValue {
        [
            "id": .string(id.text), "upstream": .array(upstream.map { .string($0.text) }),
            "pool": resources.pool.map(JSONValue.string) ?? .null,
            "slots": JSONValue(integerLiteral: resources.poolSlots),
            "priority": JSONValue(integerLiteral: resources.priority),
        ]
    }

    init(loopback json: JSONValue) {
        let upstream = json["upstream"]?.array?.compactMap(\.string).map(ID.init) ?? []
        self.init(
            id: ID(json["id"]?.string ?? ""), work: upstream.isEmpty ? .start : .finish, upstream: upstream,
            resources: TaskResources(
                pool: json["pool"]?.string, poolSlots: json["slots"]?.number?.int ?? 1,
                priority: json["priority"]?.number?.int ?? 0))
    }
}

extension EngineRunState {
    fileprivate init(loopback json: JSONValue) {
        switch json.string {
        case "not-started": self = .notStarted
        case "running": self = .running
        case "succeeded": self = .ended(.succeeded)
        case "cancelled": self = .ended(.cancelled)
        case "gone": self = .gone
        default:
            self = json["failed"]?.string.map { .ended(.failed(Failure(.internal, $0))) } ?? .unknown
        }
    }
}
