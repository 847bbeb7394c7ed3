public import LIFModel

/// What the source of an adapter's test has.
public struct AdapterSample: Sendable {
    /// A learner that the source knows.
    public let learner: LearnerIdentifier
    /// All that it has of the learner, as the adapter is to give it: of two paths at least.
    public let fragments: [Fragment]
    /// A path of which it has nothing for the learner.
    public let emptyPath: FragmentPath
    /// A learner that it does not know.
    public let stranger: LearnerIdentifier
    /// What may stand in no error and no line of a log: the credential, and what the source says when it misbehaves. The
    /// learner's identifier counts as one, and needs not be among them.
    public let secrets: [String]

    /// What a source has of one learner, and what it must be asked for.
    ///
    /// - Parameters:
    ///   - learner: A learner that the source knows, with an identifier of several characters that stands in nothing else.
    ///   - fragments: All that it has of the learner, of two paths at least.
    ///   - emptyPath: A path of which it has nothing for the learner.
    ///   - stranger: A learner that it does not know.
    ///   - secrets: The credential, and what the source says when it misbehaves.
    public init(
        learner: LearnerIdentifier, fragments: [Fragment], emptyPath: FragmentPath, stranger: LearnerIdentifier,
        secrets: [String]
    ) {
        self.learner = learner
        self.fragments = fragments
        self.emptyPath = emptyPath
        self.stranger = stranger
        self.secrets = secrets
    }

    var paths: [FragmentPath] { fragments.map(\.path) }

    /// Whether a text holds what it must not.
    func isLeaked(in text: String) -> Bool {
        (secrets + [learner.identifier, stranger.identifier]).contains { !$0.isEmpty && text.contains($0) }
    }
}
