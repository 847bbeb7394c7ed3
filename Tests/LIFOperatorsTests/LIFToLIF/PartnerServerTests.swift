import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import LIFOperators
import LIFPartner
import LIFTesting
import LIFWorkflow
import Testing

/// The adapter against the partner that `lif partner` serves.
@Suite(.timeLimit(.minutes(2))) struct PartnerServerTests {
    private static let records: [(name: String, record: JSONValue)] = [
        (
            "ada",
            [
                "Person": [
                    [
                        "Identifier": [["identifier": "100001", "identifierType": "School assigned number"]],
                        "Name": [["firstName": "Ada"], ["firstName": "Augusta", "lastName": "L"]],
                        "credentialAward": [["identifier": "1", "level": .number(JSONNumber(3))]],
                    ]
                ]
            ]
        ),
        (
            "bob",
            [
                "Person": [
                    [
                        "Identifier": [["identifier": "sha256$0f", "identifierType": "HASH"]],
                        "Name": [["firstName": "Bob"]],
                    ]
                ]
            ]
        ),
    ]

    private func with(
        style: LIFPartner.PartnerSchema.IdentifierTypeStyle = .string, token: String? = nil, fault: PartnerFault? = nil,
        requestTimeout: Duration = .seconds(30),
        _ body: @escaping @Sendable (LIFToLIFOperator, PartnerServer) async throws -> Void
    ) async throws {
        let records = try PartnerRecords(records: Self.records)
        var configuration = PartnerServer.Configuration()
        configuration.token = token
        configuration.fault = fault
        let schema = try PartnerSchema(records: records, identifierTypeStyle: style)
        try await Self.with(
            PartnerServer(api: PartnerAPI(records: records, schema: schema), configuration: configuration),
            token: token, requestTimeout: requestTimeout, body)
    }

    private static func with(
        _ server: PartnerServer, token: String? = nil, requestTimeout: Duration = .seconds(30),
        _ body: @escaping @Sendable (LIFToLIFOperator, PartnerServer) async throws -> Void
    ) async throws {
        try await serving(server) {
            let port = try #require(await server.port())
            try await body(
                LIFToLIFOperator(
                    configuration: LIFToLIFConfiguration(
                        endpoint: "http://127.0.0.1:\(port)/graphql", token: token.map(Secret.init),
                        maximumAnswerBytes: 1 << 20),
                    http: OutgoingHTTPClient(), requestTimeout: requestTimeout),
                server)
        }
    }

    @Test(
        "Both styles of identifier types and both spellings of entities work",
        arguments: [PartnerSchema.IdentifierTypeStyle.string, .enumeration])
    func styles(style: PartnerSchema.IdentifierTypeStyle) async throws {
        try await with(style: style) { partner, server in
            let learner = LearnerIdentifier(identifier: "100001", identifierType: "School assigned number")
            let run = try await Running.of(
                partner, learner: learner, paths: ["Name", "CredentialAward", "Proficiency"])
            #expect(run["Name"] == #"[{"firstName":"Ada"},{"firstName":"Augusta","lastName":"L"}]"#)
            #expect(run["CredentialAward"] == #"[{"identifier":"1","level":3}]"#)
            #expect(run.fragments.count == 2)
            let hash = LearnerIdentifier(identifier: "sha256$0f", identifierType: "hash")
            let bob = try await Running.of(partner, learner: hash, paths: ["Name", "CredentialAward"])
            #expect(bob["Name"] == #"[{"firstName":"Bob"}]"#)
            #expect(bob.fragments.count == 1)
            #expect(
                try await Running.of(partner, learner: .school("nobody"), paths: ["Name"]).report.learnerKnown == false)
            #expect(server.requestCount == 4)
            let other = LearnerIdentifier(identifier: "100001", identifierType: "PASSPORT")
            #expect(try await Running.of(partner, learner: other, paths: ["Name"]).report.learnerKnown == false)
            #expect(server.requestCount == (style == .string ? 5 : 4))
        }
    }

    @Test("Identifiers with any character are only not known", arguments: hardIdentifiers)
    func identifiers(identifier: String) async throws {
        try await with { partner, _ in
            let run = try await Running.of(partner, learner: .school(identifier), paths: ["Name"])
            #expect(run.report.learnerKnown == false)
        }
    }

    @Test("The token opens the partner, and another is refused")
    func token() async throws {
        try await with(token: "t0k") { partner, server in
            #expect(try await Running.of(partner, paths: ["Name"]).report.learnerKnown)
            let port = try #require(await server.port())
            let stranger = LIFToLIFOperator(
                configuration: LIFToLIFConfiguration(
                    endpoint: "http://127.0.0.1:\(port)/graphql", token: Secret("other")),
                http: OutgoingHTTPClient())
            #expect(try await Running.failure(of: stranger, paths: ["Name"]).reason == .refused)
        }
    }

    @Test(
        "A partner that goes wrong after its schema was read fails the part",
        arguments: [
            (PartnerFault.status(500), Failure.Reason.sourceError), (.garbage, .invalidAnswer), (.hang, .timeout),
            (.huge(bytes: 100 << 20), .answerTooLarge), (.redirect(to: "/x"), .sourceError), (.status(401), .refused),
        ])
    func faults(fault: PartnerFault, reason: Failure.Reason) async throws {
        try await with(requestTimeout: .seconds(reason == .timeout ? 3 : 30)) { partner, server in
            let before = try await Running.of(partner, paths: ["Name"])
            server.setFault(fault)
            let error = try await Running.failure(of: partner, paths: ["Name"])
            server.setFault(nil)
            let after = try await Running.of(partner, paths: ["Name"])
            #expect(error.reason == reason)
            #expect(before.report.learnerKnown && after.report.learnerKnown)
        }
    }

    @Test(
        "The records of three organisations come back item by item as they are on disk",
        .enabled(if: SharedData.isPresent, "\(SharedData.absence)"), arguments: ["org1", "org2", "org3"])
    func threeOrganisations(organisation: String) async throws {
        let folder = SharedData.folder.appending(path: "three-organisations/\(organisation)").path
        try await Self.with(PartnerServer(folder: folder)) { partner, _ in
            for person in try SharedData.persons(of: organisation) {
                let identifier = try #require(SharedData.schoolNumber(of: person))
                let run = try await Running.of(
                    partner, learner: .school(identifier), paths: person.members.map(\.name))
                for member in person.members {
                    let original = FragmentContent(member: member.value)
                    let fetched = run.fragments.first { $0.path.entity == member.name }?.content
                    #expect(fetched?.count == original?.count, "\(member.name)")
                    guard let original, let fetched else { continue }
                    for (left, right) in zip(fetched.items.elements, original.items.elements) {
                        #expect(sameData(left.value(), right.value()), "\(member.name)")
                    }
                }
            }
        }
    }
}

/// Equal but for the order of members and for members that are null.
func sameData(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.object(let left), .object(let right)):
        let names = Set(left.members.filter { !$0.value.isNull }.map(\.name))
        guard names == Set(right.members.filter { !$0.value.isNull }.map(\.name)) else { return false }
        return names.allSatisfy { sameData(left[$0] ?? .null, right[$0] ?? .null) }
    case (.array(let left), .array(let right)):
        return left.count == right.count && zip(left, right).allSatisfy { sameData($0, $1) }
    default: return left == right
    }
}
