import Foundation
import LIFJSON
import LIFJournal
import LIFModel

/// The document is `{"query":…,"via":[…],"as_of":…}`: the query in its filter form.
extension ProcessedRequest {
    private static let completed = "COMPLETED"
    private static let failed = "FAILED"
    static let discarded = "DISCARDED"

    var journaled: JournalRun {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("query")
            writer.value(query.json)
            writer.name("via")
            writer.array { writer in for organization in via { writer.value(organization) } }
            // To the bit: it decides which data is new enough.
            writer.member("as_of", asOf.map { "\($0.timeIntervalSinceReferenceDate.bitPattern)" })
        }
        let (end, failure) = Self.ending(of: state)
        return JournalRun(
            id: id, kind: .query, acceptedAt: acceptedAt, expectedParts: expectedParts, document: writer.bytes,
            state: JournalRun.State(
                startedAt: acceptedAt, holder: holder, epoch: fence, failure: failure, end: end,
                endedAt: end == nil ? nil : finishedAt ?? acceptedAt, isUnannounced: isUntold))
    }

    /// The words of a state; none of one that goes on.
    static func ending(of state: State) -> (end: String?, failure: RunFailure?) {
        switch state {
        case .pending: (nil, nil)
        case .completed: (completed, nil)
        case .failed(let code, let message): (failed, RunFailure(word: code, message: message))
        case .expired: (discarded, nil)
        }
    }

    /// - Throws: `LIFError` `OutputReadException` for a document that is no query.
    init(_ run: JournalRun) throws {
        let state = State(run)
        var (query, via, asOf) = (LIFQuery(learners: [], selectedFields: []), [String](), Date?.none)
        if state != .expired {
            do {
                let document = try JSONParser.parse(run.document ?? [], limits: JSONLimits(maximumBytes: .max)).object
                query = try LIFQuery(json: document?["query"] ?? .null)
                via = (document?["via"]?.array ?? []).compactMap(\.string)
                asOf = document?["as_of"]?.string.flatMap { UInt64($0) }
                    .map { Date(timeIntervalSinceReferenceDate: Double(bitPattern: $0)).inCalendar }
            } catch {
                throw LIFError.damaged("an asynchronous query", cause: error)
            }
        }
        self.init(
            id: run.id, query: query, asOf: asOf, via: via, expectedParts: run.expectedParts,
            acceptedAt: run.acceptedAt, holder: run.state.holder, fence: run.state.epoch, state: state,
            finishedAt: run.state.endedAt, isUntold: run.state.isUnannounced)
    }
}

extension ProcessedRequest.State {
    init(_ run: JournalRun) {
        if run.isDataRemoved || run.state.end == ProcessedRequest.discarded {
            self = .expired
        } else if let failure = run.state.failure {
            self = .failed(code: failure.word, message: failure.message)
        } else {
            self = run.state.isOpen ? .pending : .completed
        }
    }
}

extension RequestStatus {
    init(_ run: JournalRun) {
        self.init(
            id: run.id, state: ProcessedRequest.State(run), expectedParts: run.expectedParts,
            acceptedAt: run.acceptedAt, finishedAt: run.state.endedAt)
    }
}
