import Foundation
import HTTPTypes
import Hummingbird
import LIFIdentities
import LIFJSON
import LIFModel
import NIOCore

/// The routes of an Identity Mapper, as deployed ones have them, over the embedded store; and the import of many mappings.
struct IdentityMapperRoutes: Sendable {
    /// The most that an import may have.
    static let maximumImportBytes = 1 << 30
    /// As a context's `endpointPath` names it.
    static let importPath = "/identity_mappings/import"
    private static let mappings = "organizations/:org/persons/:person/mappings"
    private static let formats: [String: IdentityImport.Format] = [
        "text/csv": .csv, "application/csv": .csv, "application/x-ndjson": .jsonLines,
        "application/ndjson": .jsonLines, "application/jsonl": .jsonLines, "application/json-lines": .jsonLines,
    ]

    let store: any IdentityStore
    /// Our own; an import takes it for lines that name none.
    let organization: String?
    let maximumBodyBytes: Int

    /// Whether a route, by its template, is one of these.
    static func serve(_ route: String) -> Bool {
        route.hasPrefix("/organizations/") || route == importPath
    }

    func add(to router: Router<ComponentRequestContext>) {
        router.get("\(Self.mappings)") { _, context in try await list(context) }
        router.post("\(Self.mappings)") { request, context in try await save(request, context) }
        router.delete("\(Self.mappings)/:mapping_id") { _, context in try await remove(context) }
        router.post("identity_mappings/import") { request, _ in try await importAll(request) }
    }

    /// A segment of the path, decoded.
    private func parameter(_ name: String, _ context: ComponentRequestContext) throws(LIFError) -> String {
        guard let text = context.parameters.get(name)?.removingPercentEncoding, !text.isEmpty else {
            throw LIFError(.identityMappingNotValid, "The path's \"\(name)\" is not percent-encoded UTF-8.")
        }
        return text
    }

    private func list(_ context: ComponentRequestContext) async throws -> Response {
        let organization = try parameter("org", context)
        let mappings = try await store.mappings(of: [try parameter("person", context)], in: organization)
        return .json(.ok, mappings.flatMap(\.self).json)
    }

    /// Takes all of the mappings or none. It answers 200, also when some are new.
    private func save(_ request: Request, _ context: ComponentRequestContext) async throws -> Response {
        let (organization, person) = (try parameter("org", context), try parameter("person", context))
        let document = try await request.json(upTo: maximumBodyBytes, code: .identityMappingNotValid, context)
        guard let elements = document.array else {
            throw LIFError.shape(
                .identityMappingNotValid, "The body", is: document, should: "an array of mappings")
        }
        guard !elements.isEmpty else {
            throw LIFError(.identityMappingNotValid, "The body has no mapping. Give at least one.")
        }
        var mappings: [IdentityMapping] = []
        for (index, element) in elements.enumerated() {
            mappings.append(try mapping(element, index, organization: organization, person: person))
        }
        try Self.checkDistinct(mappings)
        return .json(.ok, try await store.save(mappings).json)
    }

    /// The second of two for one place would replace the first, and the answer would have both.
    private static func checkDistinct(_ mappings: [IdentityMapping]) throws(LIFError) {
        var keys: [MappingKey: Int] = [:]
        var ids: [String: Int] = [:]
        for (index, mapping) in mappings.enumerated() {
            if let earlier = keys.updateValue(index, forKey: MappingKey(mapping)) {
                throw LIFError(
                    .identityMappingNotValid,
                    "Mappings \(earlier) and \(index) of the body are of the same person, system and type. Give one of "
                        + "them.")
            }
            guard let id = mapping.id else { continue }
            if let earlier = ids.updateValue(index, forKey: id) {
                throw LIFError(
                    .identityMappingNotValid,
                    "Mappings \(earlier) and \(index) of the body have the same \"mapping_id\". Give one of them, or leave "
                        + "\"mapping_id\" out.")
            }
        }
    }

    private func mapping(
        _ json: JSONValue, _ index: Int, organization: String, person: String
    ) throws(LIFError) -> IdentityMapping {
        let mapping: IdentityMapping
        do {
            mapping = try IdentityMapping(json: json, organization: organization, person: person)
        } catch {
            throw LIFError(
                .identityMappingNotValid, "Mapping \(index) of the body: \(error.message)",
                isShapeError: error.isShapeError)
        }
        guard mapping.organization.utf8.elementsEqual(organization.utf8),
            mapping.person.utf8.elementsEqual(person.utf8)
        else {
            throw LIFError(
                .identityMappingNotValid,
                "Mapping \(index) of the body names another organisation or person than the path. Give the same, or leave "
                    + "them out.")
        }
        return mapping
    }

    private func remove(_ context: ComponentRequestContext) async throws -> Response {
        let (organization, person) = (try parameter("org", context), try parameter("person", context))
        guard try await store.remove(try parameter("mapping_id", context), of: person, in: organization) else {
            throw LIFError(
                .identityMappingNotFound,
                "The person has no mapping of this id. Read the person's mappings to see them.")
        }
        return Response(status: .noContent)
    }

    static var tooLargeToImport: LIFError {
        LIFError(.requestTooLarge, "The file is larger than \(maximumImportBytes) bytes. Import it in parts.")
    }

    private func importAll(_ request: Request) async throws -> Response {
        let type = request.headers[.contentType]?.split(separator: ";").first ?? ""
        guard let format = Self.formats[type.trimmingCharacters(in: .whitespaces).lowercased()] else {
            throw LIFError(
                .identityMappingNotValid,
                "Set Content-Type to text/csv, or to application/x-ndjson for JSON lines.")
        }
        let skips: Bool
        switch request.uri.queryParameters["skip_bad"] {
        case nil, "false": skips = false
        case "true": skips = true
        default: throw LIFError(.identityMappingNotValid, "\"skip_bad\" must be true or false.")
        }
        do {
            try request.checkAnnouncedLength(upTo: Self.maximumImportBytes)
        } catch {
            throw Self.tooLargeToImport
        }
        let report = try await IdentityImport(into: store, organization: organization, skipsBadLines: skips)
            .run(ImportPieces(body: request.body), as: format)
        return .json { writer in
            writer.member("lines", report.lines)
            writer.member("added", report.counts.added)
            writer.member("changed", report.counts.changed)
            writer.member("unchanged", report.counts.unchanged)
            writer.member("refused", report.refused)
            writer.name("faults")
            writer.array { writer in
                for fault in report.faults {
                    writer.object { writer in
                        writer.member("place", fault.place)
                        writer.member("message", fault.message)
                    }
                }
            }
        }
    }
}

/// A request's body as it comes in.
private struct ImportPieces: AsyncSequence {
    let body: RequestBody

    struct AsyncIterator: AsyncIteratorProtocol {
        var body: RequestBody.AsyncIterator
        var count = 0

        /// - Throws: `LIFError`, `CancellationError`.
        mutating func next() async throws -> [UInt8]? {
            let buffer: ByteBuffer?
            do {
                buffer = try await body.next()
            } catch let error where error is CancellationError {
                throw error
            } catch {
                throw LIFError(
                    .identityMappingNotValid, "The request's body could not be read to its end. Nothing was imported.",
                    cause: error)
            }
            guard let buffer else { return nil }
            count += buffer.readableBytes
            guard count <= IdentityMapperRoutes.maximumImportBytes else {
                throw IdentityMapperRoutes.tooLargeToImport
            }
            return Array(buffer.readableBytesView)
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body.makeAsyncIterator()) }
}

/// What a person has one mapping for at most; the person is the path's. Compared as a store does.
private struct MappingKey: Hashable {
    private let system: [UInt8]
    private let type: [UInt8]

    init(_ mapping: IdentityMapping) {
        system = Array(mapping.systemID.utf8)
        type = Array(mapping.target.identifierType.utf8)
    }
}
