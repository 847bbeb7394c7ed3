import LIFJSON
public import LIFModel

/// The errors that every output queue gives in the same words.
public enum QueueRefusal {
    /// The writer's fence is lower than the job's: another process holds the job now, or it was cancelled.
    public static let fenced = LIFError(
        .outputWriteException, "Another process holds this job now, or it was cancelled: nothing is written.",
        blame: .us, reason: .cancelled)

    /// The job's data was removed, as the configured retention says.
    public static let expired = LIFError(
        .resultExpired, "The results of this job are no longer kept. Submit the plan again.", isFinal: true)

    /// An outcome has more data than the queue takes (`answer-too-large`): the source is to blame, and trying again does not
    /// help.
    ///
    /// - Parameters:
    ///   - bytes: The size of the outcome's data.
    ///   - limit: The largest size that the queue takes, in bytes.
    public static func tooLarge(_ bytes: Int, limit: Int) -> LIFError {
        LIFError(
            .outputWriteException, "An outcome of \(bytes) bytes is larger than the \(limit) that the queue takes.",
            blame: .source, reason: .answerTooLarge)
    }

    /// Refuses an output that is larger than the queue takes.
    ///
    /// - Throws: `tooLarge` for more bytes than the limit.
    public static func check(_ bytes: Int, limit: Int) throws(LIFError) {
        if bytes > limit { throw tooLarge(bytes, limit: limit) }
    }
}

extension Outcome {
    /// The size of its data, which a queue may limit: the items of all fragments.
    package var dataBytes: Int { fragments.reduce(0) { $0 + $1.content.items.bytes.count } }
}

extension TaskOutput {
    /// The size of its data, which a queue may limit: the document, or the items of all fragments.
    package var dataBytes: Int {
        switch content {
        case .document(let json): json.bytes.count
        case .fragments(let fragments): fragments.reduce(0) { $0 + $1.content.items.bytes.count }
        case .failed: 0
        }
    }
}

extension WorkflowTask.ID {
    /// The part that the task belongs to, by its name (`part-3/fetch`); `nil` for a task of no part.
    package var part: Int? {
        guard text.hasPrefix("part-"), let slash = text.firstIndex(of: "/") else { return nil }
        return Int(text[text.index(text.startIndex, offsetBy: 5)..<slash])
    }
}
