import LIFConcurrency
public import LIFHTTP
import LIFJSON
import LIFModel
public import LIFQueryPlanner

/// `POST /update` of a LIF Cache over HTTP, as deployed planners call it (wire.md, "Neighbours").
public struct RemoteLIFCacheUpdates: RecordUpdates {
    private let http: NeighbourHTTP

    /// A client of the LIF Cache of a configuration.
    ///
    /// - Parameter configuration: Whether what was fetched is written does not matter: an update is its sender's own.
    public init(configuration: LIFCacheConfiguration, http: OutgoingHTTPClient) {
        self.http = NeighbourHTTP(
            client: http, baseURL: configuration.baseURL, token: configuration.token?.reveal(),
            timeout: configuration.timeout, maximumAnswerBytes: configuration.maximumAnswerBytes)
    }

    /// Sends the update's bytes and reads the answer, both whole.
    public func update(_ update: RecordUpdate) async throws -> RecordUpdateAnswer {
        try await ForeignDataExecutor.run { try await send(update) }
    }

    private func send(_ update: RecordUpdate) async throws -> RecordUpdateAnswer {
        let answer = try await http.send(.post, "update", body: update.body) { LIFCacheProblem.errorOfUpdate($0) }
        let limits = JSONLimits(maximumBytes: http.maximumAnswerBytes)
        guard Self.isAnswer(answer.status),
            let document = try? RawJSON(validating: answer.body, limits: limits)
        else { throw LIFCacheProblem.errorOfUpdate(answer) }
        return RecordUpdateAnswer(status: answer.status, document: document)
    }

    /// Whether it is done, or the update is wrong. A refusal of our own credential is neither.
    private static func isAnswer(_ status: Int) -> Bool {
        (200..<300).contains(status) || ((400..<500).contains(status) && ![401, 403].contains(status))
    }
}
