public import Foundation

/// A run as a workflow engine knows it.
public struct EngineRunHandle: Sendable, Hashable {
    /// The engine's name.
    public let engine: String
    /// The engine's own id of the run.
    public let run: String

    /// A handle; an engine makes it when it answers a launch.
    public init(engine: String, run: String) {
        self.engine = engine
        self.run = run
    }
}

/// Which engine does a run, and as which of the engine's runs. It is kept before the launch, and gets the engine's id when the launch
/// is answered: so a process that starts anew knows what it has to look for.
public struct EngineStanding: Sendable, Hashable {
    /// The engine's name.
    public let engine: String
    /// The epoch under which it was launched.
    public let epoch: Int
    /// The engine's own id of the run; `nil` as long as the launch is not answered.
    public var run: String?

    /// A launch that was decided, or answered.
    public init(engine: String, epoch: Int, run: String? = nil) {
        self.engine = engine
        self.epoch = epoch
        self.run = run
    }

    /// `nil` as long as the launch is not answered.
    public var handle: EngineRunHandle? { run.map { EngineRunHandle(engine: engine, run: $0) } }
}

/// A cancellation that an engine has not answered yet. It is kept until it has.
public struct EngineCancellation: Sendable, Hashable {
    /// What is to be cancelled.
    public var standing: EngineStanding
    /// When it was decided.
    public let since: Date

    /// A cancellation that is owed to an engine.
    public init(_ standing: EngineStanding, since: Date) {
        self.standing = standing
        self.since = since
    }
}
