import LIFConcurrency
import LIFHTTP
import LIFIdentities
import LIFJSON
import LIFModel

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
    /// A deployed mapper decodes `%2F` before it looks for the route, so it has no route for a person with a slash, and
    /// proxies on the way do so with more characters. When that is why it refuses, nobody can have given it a mapping of
    /// that person either.
    ///
    /// - Throws: `IdentityMapperProblem`, `CancellationError`.
    func mappings(of person: String) async throws -> [IdentityMapping] {
        // Neither would stay a segment of the path, and nobody is called so.
        guard ![".", "..", ""].contains(person) else { return [] }
        do {
            return try await ForeignDataExecutor.run { try await answer(about: person) }
        } catch let problem as IdentityMapperProblem where problem.isOfPath && Self.mayBeRead(asPath: person) {
            // Where the address is wrong, this fails too.
            _ = try await answer(about: Self.nobody)
            return []
        }
    }

    /// Whom the mapper is asked about to see whether its route is there.
    private static let nobody = "lif-route-check"

    /// Whether a server or a proxy may take the encoded identifier for more than one segment.
    private static func mayBeRead(asPath person: String) -> Bool {
        person.utf8.contains { [UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "%")].contains($0) }
    }

    private func answer(about person: String) async throws -> [IdentityMapping] {
        let path = "organizations/\(organization.percentEncoded)/persons/\(person.percentEncoded)/mappings"
        let answer = try await http.send(.get, path) { IdentityMapperProblem($0) }
        guard answer.status == 200 else { throw IdentityMapperProblem(answer) }
        guard let document = try? JSONParser.parse(answer.body, limits: JSONLimits(maximumDepth: 8)) else {
            throw IdentityMapperProblem(invalid: "its answer is not JSON")
        }
        guard let elements = document.array else {
            throw IdentityMapperProblem(invalid: "its answer is no array of mappings")
        }
        return try elements.map { try mapping($0, of: person) }
    }

    private func mapping(_ element: JSONValue, of person: String) throws -> IdentityMapping {
        let mapping: IdentityMapping
        do {
            mapping = try IdentityMapping(json: element.withoutID, organization: organization, person: person)
        } catch {
            throw IdentityMapperProblem(invalid: "one of its mappings is not valid")
        }
        guard mapping.isOf(person: person, in: organization) else { throw IdentityMapperProblem.otherPerson }
        return mapping
    }
}

extension JSONValue {
    /// A deployed mapper takes any text for a mapping's id, and no one here uses it.
    fileprivate var withoutID: JSONValue {
        guard var object else { return self }
        object["mapping_id"] = nil
        return .object(object)
    }
}
