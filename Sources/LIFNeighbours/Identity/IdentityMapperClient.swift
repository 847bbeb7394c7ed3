import LIFHTTP
import LIFJSON
import LIFModel
import LIFQueryPlanner

/// The one call that we make to an Identity Mapper (wire.md, "Neighbours").
struct IdentityMapperClient: Sendable {
    /// Of one person's mappings.
    private static let maximumAnswerBytes = 1 << 20

    private let organization: String
    private let http: NeighbourHTTP

    init(_ configuration: IdentityMapperConfiguration, http: OutgoingHTTPClient) {
        organization = configuration.organization
        self.http = NeighbourHTTP(
            client: http, baseURL: configuration.baseURL, token: configuration.token?.reveal(),
            timeout: configuration.timeout, maximumAnswerBytes: Self.maximumAnswerBytes)
    }

    /// The mappings that the mapper has of a person; none when it does not know the person, which it says with an empty
    /// array: 404 means that there is no such route at its address, or no such organisation.
    ///
    /// - Throws: `IdentityMapperProblem`, `CancellationError`.
    func mappings(of person: String) async throws -> [IdentityMapping] {
        // Neither would stay a segment of the path, and nobody is called so.
        guard ![".", "..", ""].contains(person) else { return [] }
        let path = "organizations/\(organization.percentEncoded)/persons/\(person.percentEncoded)/mappings"
        let answer = try await http.send(.get, path) { IdentityMapperProblem($0) }
        guard answer.status == 200 else { throw IdentityMapperProblem(status: answer.status) }
        guard let document = try? JSONParser.parse(answer.body, limits: JSONLimits(maximumDepth: 8)) else {
            throw IdentityMapperProblem(invalid: "its answer is not JSON")
        }
        guard let elements = document.array else {
            throw IdentityMapperProblem(invalid: "its answer is no array of mappings")
        }
        return try elements.map { element in
            let mapping: IdentityMapping
            do {
                mapping = try IdentityMapping(json: element, organization: organization, person: person)
            } catch {
                throw IdentityMapperProblem(invalid: "one of its mappings is not valid")
            }
            guard mapping.isOf(person: person, in: organization) else {
                throw IdentityMapperProblem(invalid: "it answered with another person's mapping")
            }
            return mapping
        }
    }
}
