public import LIFHTTP
public import LIFJSON
public import LIFMetadata
import LIFModel

/// Asks a Metadata Repository over HTTP (wire.md, "Neighbours").
public struct MDRClient: MetadataRepository {
    private let configuration: MDRConfiguration
    private let http: NeighbourHTTP

    /// What one page of transformations holds; the most that deployed MDRs give.
    private static let pageSize = 1_000
    /// Pages of one group that are asked for: more than any group has.
    private static let maximumPages = 100

    /// A client for one MDR. Nothing is asked here.
    public init(configuration: MDRConfiguration, http: OutgoingHTTPClient) {
        self.configuration = configuration
        self.http = NeighbourHTTP(
            client: http, baseURL: configuration.baseURL, token: nil, timeout: configuration.timeout,
            maximumAnswerBytes: configuration.maximumAnswerBytes, tenantSchema: configuration.tenantSchema)
    }

    /// Asks for a data model; of the answer only that it is a JSON object is checked.
    public func dataModel(id: String) async throws -> RawJSON {
        try await get("datamodels/open_api_schema/\(try Self.segment(id))?include_attr_md=true")
    }

    /// Asks for pages of 1,000 transformations, one after another, until the MDR's own total is reached or a page is empty.
    ///
    /// - Throws: As ``MetadataRepository/dataModel(id:)``; also after 100 pages that do not reach the total.
    public func transformations(from source: String, to target: String) async throws -> [Transformation] {
        let path =
            "transformation_groups/transformations_for_data_models/?source_data_model_id=\(try Self.segment(source))"
            + "&target_data_model_id=\(try Self.segment(target))&size=\(Self.pageSize)"
        var transformations: [Transformation] = []
        for number in 1...Self.maximumPages {
            let page = try TransformationPage(try await get(number == 1 ? path : "\(path)&page=\(number)"))
            transformations += page.transformations
            if page.transformations.isEmpty || transformations.count >= page.total { return transformations }
        }
        throw MDRProblem.unavailable("a group of transformations has more than \(Self.maximumPages) pages")
    }

    private func get(_ path: String) async throws -> RawJSON {
        let key = configuration.apiKey.map { [(name: "X-API-Key", value: $0.reveal())] } ?? []
        let answer = try await http.send(.get, path, headers: key) { MDRProblem.error($0) }
        guard answer.isSuccess else { throw MDRProblem.error(answer) }
        let limits = JSONLimits(maximumBytes: configuration.maximumAnswerBytes)
        guard let document = try? RawJSON(validating: answer.body, limits: limits), document.isObject else {
            throw MDRProblem.unavailable("its answer is not a JSON object")
        }
        return document
    }

    /// An id as one segment of a path or value of a query.
    private static func segment(_ id: String) throws(LIFError) -> String {
        guard !["", ".", ".."].contains(id) else {
            throw MDRProblem.unavailable("a data model is named by what is no id. Check the ids configured")
        }
        return id.percentEncoded
    }
}
