/// Where an Orchestrator runs that is not in this process.
public struct RemoteOrchestratorConfiguration: Sendable, Hashable {
    /// What one of its jobs can do.
    public enum LearnersPerJob: String, Sendable, Hashable, CaseIterable {
        /// A plan of several learners is submitted as several jobs.
        case one
        /// A plan is one job, whoever its learners are.
        case many
    }

    /// An absolute `http` or `https` URL; `/jobs` is appended to it.
    public var baseURL: String
    /// Sent as `Authorization: Bearer`. Never printed.
    public var token: String?
    /// How long one request may take. A result is waited for in several, so a plan may take longer.
    public var requestTimeout: Duration
    /// Bytes, decompressed, that a job's results may have.
    public var maximumAnswerBytes: Int
    /// How long it may be away while a run is waited for.
    public var outageTolerance: Duration
    /// How long a completed run's results may still be on their way to the planner, and how long the orchestrator may say
    /// that it does not know a run, before that is believed.
    public var settlingTime: Duration
    /// Whether a plan of several learners is one job, or several.
    public var learnersPerJob: LearnersPerJob

    /// By default an orchestrator like ours: its jobs take several learners, and results have 256 MiB at most.
    public init(
        baseURL: String, token: String? = nil, requestTimeout: Duration = .seconds(30),
        maximumAnswerBytes: Int = 256 << 20, outageTolerance: Duration = .seconds(60),
        settlingTime: Duration = .seconds(5), learnersPerJob: LearnersPerJob = .many
    ) {
        self.baseURL = baseURL
        self.token = token
        self.requestTimeout = requestTimeout
        self.maximumAnswerBytes = maximumAnswerBytes
        self.outageTolerance = outageTolerance
        self.settlingTime = settlingTime
        self.learnersPerJob = learnersPerJob
    }
}

extension RemoteOrchestratorConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address alone, without the token.
    public var description: String { "RemoteOrchestratorConfiguration(\(baseURL))" }
    /// The address alone, as ``description``.
    public var debugDescription: String { description }
    /// A mirror of the address alone, so that `dump` does not show the token.
    public var customMirror: Mirror { Mirror(self, children: ["baseURL": baseURL]) }
}
