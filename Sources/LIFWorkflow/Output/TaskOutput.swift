public import Foundation
public import LIFJSON
public import LIFModel

/// What one task of a part hands on to the next through the output queue.
public struct TaskOutput: Sendable, Hashable {
    /// What a task has made.
    public enum Content: Sendable, Hashable {
        /// A source's own document, before its translation.
        case document(RawJSON)
        /// Data in the target data model, at some or all of the part's paths.
        case fragments([Fragment])
        /// A task failed: those after it hand the failure on, and it becomes the part's outcome.
        case failed(Failure)
    }

    /// What the task has made: data, or the failure that ends the part.
    public var content: Content
    /// Whether the source knows the learner at all.
    public var learnerKnown: Bool
    /// The age of the data, as the source states it.
    public var dataTimestamp: Date?
    /// From the start of the part's first task, retries and all.
    public var elapsed: Duration
    /// Paths at which the source failed although it answered for the others; beside `fragments`.
    public var failures: [FragmentPath: Failure]

    /// What a task has made, and what the source has said of the learner and the age of the data.
    ///
    /// - Parameter failures: At paths at which `content` has no fragment.
    public init(
        _ content: Content, learnerKnown: Bool = true, dataTimestamp: Date? = nil, elapsed: Duration = .zero,
        failures: [FragmentPath: Failure] = [:]
    ) {
        self.failures = failures
        self.content = content
        self.learnerKnown = learnerKnown
        self.dataTimestamp = dataTimestamp
        self.elapsed = elapsed
    }
}
