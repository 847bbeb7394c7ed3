public import LIFModel

/// What makes a part of one request that part.
public struct PartKey: Sendable, Hashable {
    /// The learner's index in what was asked, from 0.
    public let learner: Int
    /// The path of the fragment.
    public let path: FragmentPath
    /// The id of the source.
    public let sourceID: String

    /// A key; of parts with the same key, a request keeps the first.
    public init(learner: Int, path: FragmentPath, sourceID: String) {
        self.learner = learner
        self.path = path
        self.sourceID = sourceID
    }
}

/// A part and its place in the order of landing.
public struct PositionedPart: Sendable, Hashable {
    /// Counts up from 1 within a request, perhaps with gaps.
    public let position: Int
    /// What has landed.
    public let landed: LandedPart

    /// A part as a store has read it.
    public init(position: Int, landed: LandedPart) {
        self.position = position
        self.landed = landed
    }
}
