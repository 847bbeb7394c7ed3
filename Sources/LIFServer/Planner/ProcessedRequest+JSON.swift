import LIFJSON
import LIFModel
import LIFQueryPlanner

extension JSONWriter {
    /// The deployed members (`query_id`, `status`, `error_message`), and beside them how far the query is.
    mutating func members(of request: ProcessedRequest, _ progress: RequestProgress) {
        member("query_id", request.id.text)
        var message: String?
        switch request.state {
        case .pending: member("status", progress.count == 0 ? "PENDING" : "PARTIAL")
        case .completed: member("status", "COMPLETED")
        case .expired: member("status", "EXPIRED")
        case .failed(let code, let text):
            member("status", "FAILED")
            member("code", code)
            message = text
        }
        member("error_message", message)
        member("accepted_at", request.acceptedAt.iso8601)
        member("finished_at", request.finishedAt?.iso8601)
        name("progress")
        object { writer in
            writer.member("parts", max(request.expectedParts, progress.count))
            writer.member("landed", progress.count)
            for outcome in AnswerPart.Outcome.allCases {
                writer.member(outcome.rawValue, progress.landed[outcome] ?? 0)
            }
        }
    }
}

/// What an answer about several queries says of one.
struct ProcessedQueryEntry: Sendable {
    private let head: RawJSON
    private let answer: KeptAnswer?
    let isPending: Bool

    init(_ request: ProcessedRequest, _ progress: RequestProgress, answer: KeptAnswer? = nil) {
        var writer = JSONWriter()
        writer.object { $0.members(of: request, progress) }
        head = writer.raw
        self.answer = answer
        isPending = request.state == .pending
    }

    /// - Parameter text: What the client took for an id.
    init(unanswered text: String, _ error: LIFError) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("query_id", text)
            writer.member("status", error.code == .resultExpired ? "EXPIRED" : "NOT_FOUND")
            writer.member("code", error.code.rawValue)
            writer.member("error_message", error.message)
        }
        head = writer.raw
        answer = nil
        isPending = false
    }

    func write(to write: (ArraySlice<UInt8>) async throws -> Void) async throws {
        guard let answer else { return try await write(head.bytes) }
        try await write(head.bytes.dropLast() + Array(",\"result\":".utf8))
        try await answer.writeNative(correlationID: answer.request.id, to: write)
        try await write(Array("}".utf8)[...])
    }
}
