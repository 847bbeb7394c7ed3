import LIFConcurrency
public import LIFHTTP
import LIFJSON
public import LIFModel
public import LIFQueryPlanner

/// A LIF Cache over HTTP (wire.md, "Neighbours"): `POST /query` and `POST /save`, as deployed planners call them.
///
/// Learners are named as an array, as deployed LIF APIs name them, and `Person.Identifier` is always asked for: it shows
/// whose a record is.
public struct RemoteLIFCache: RecordCache {
    private let configuration: LIFCacheConfiguration
    private let http: NeighbourHTTP

    /// How many learners one request names.
    private static let page = 50
    private static let identifierPath = "Person.Identifier"

    /// A client for one LIF Cache. Nothing is asked here.
    public init(configuration: LIFCacheConfiguration, http: OutgoingHTTPClient) {
        self.configuration = configuration
        self.http = NeighbourHTTP(
            client: http, baseURL: configuration.baseURL, token: configuration.token?.reveal(),
            timeout: configuration.timeout, maximumAnswerBytes: configuration.maximumAnswerBytes)
    }

    /// Asks for 50 learners in one request, one request after another; if one fails, none of the records are returned.
    ///
    /// - Throws: `LIFError` `NeighbourNotAvailable`, with a reason; `CancellationError`.
    public func records(of learners: [LearnerIdentifier], paths: [FragmentPath]) async throws -> [LIFRecord] {
        var records: [LIFRecord] = []
        let fields = [Self.identifierPath] + paths.map(\.description).filter { $0 != Self.identifierPath }
        for start in stride(from: 0, to: learners.count, by: Self.page) {
            let page = Array(learners[start..<min(start + Self.page, learners.count)])
            let query = LIFQuery(learners: page, selectedFields: fields)
            let answer = try await post("query", Array(query.json.bytes))
            records += try await LargeAnswers.shared.read(answer.body.count, of: configuration.baseURL) {
                try LIFCacheAnswer.records(document(answer))
            }
        }
        return records
    }

    /// Asks for a learner who does not exist, as `lif sources check` does.
    ///
    /// - Returns: A sentence for people.
    /// - Throws: As `records(of:paths:)`.
    public func check() async throws -> String {
        let nobody = LearnerIdentifier(identifier: "lif-sources-check", identifierType: "lif-sources-check")
        _ = try await records(of: [nobody], paths: [])
        return "answers as a LIF Cache"
    }

    /// Sends the fragments in one request; without fragments nothing is sent.
    ///
    /// A request that fails half-way may have been carried out: sent again, it would append the items twice.
    public func save(_ fragments: [Fragment], of learner: LearnerIdentifier) async throws {
        // Without fragments a deployed cache would make an empty record.
        if fragments.isEmpty { return }
        _ = try await post("save", Self.body(fragments, learner))
    }

    private static func body(_ fragments: [Fragment], _ learner: LearnerIdentifier) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: fragments.reduce(256) { $0 + $1.content.items.bytes.count + 64 })
        writer.object { writer in
            writer.name("lif_query_filter")
            writer.object { writer in
                writer.name("Person")
                writer.object { writer in
                    writer.name("Identifier")
                    writer.array { $0.value(learner) }
                }
            }
            writer.name("lif_fragments")
            writer.array { writer in
                for fragment in fragments {
                    writer.object { writer in
                        writer.member("fragment_path", fragment.path.description)
                        writer.member("fragment", fragment.content.items)
                    }
                }
            }
        }
        return writer.bytes
    }

    private func post(_ path: String, _ body: [UInt8]) async throws -> OutgoingResponse {
        let answer = try await http.send(.post, path, body: body) { LIFCacheProblem.error($0) }
        guard answer.isSuccess else { throw LIFCacheProblem.error(answer) }
        return answer
    }

    private func document(_ answer: OutgoingResponse) throws(LIFError) -> RawJSON {
        do {
            return try RawJSON(
                validating: answer.body, limits: JSONLimits(maximumBytes: configuration.maximumAnswerBytes))
        } catch {
            throw LIFCacheProblem.invalid("it is not valid JSON")
        }
    }
}
