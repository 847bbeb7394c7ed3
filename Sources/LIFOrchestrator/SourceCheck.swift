public import LIFModel

/// What asking a source has shown.
public struct SourceCheck: Sendable {
    /// The source that was asked.
    public let source: InformationSource
    /// A sentence for people, or why it does not answer.
    public let result: Result<String, Failure>
    /// What it cannot do of what is configured, one sentence each.
    public let notices: [String]

    /// The result of asking a source.
    public init(source: InformationSource, result: Result<String, Failure>, notices: [String] = []) {
        self.source = source
        self.result = result
        self.notices = notices
    }

    /// Whether it answers.
    public var isWell: Bool { if case .success = result { true } else { false } }
}
