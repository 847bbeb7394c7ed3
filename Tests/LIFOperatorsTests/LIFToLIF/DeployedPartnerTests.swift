import LIFGraphQL
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Synchronization
import Testing

@testable import LIFOperators

/// Against what a deployed LIF API is known to answer: its schema by introspection, its transcripts, and the records of
/// three organisations served under that schema.
@Suite(.timeLimit(.minutes(2)), .enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
struct DeployedPartnerTests {
    private static let entities = [
        "CourseLearningExperience", "CredentialAward", "EmploymentLearningExperience", "Name", "Proficiency", "Contact",
        "Identifier", "EmploymentPreferences", "Narrative", "PositionPreferences", "Interactions",
    ]

    private static func partner(persons: [RawJSON]) throws -> GraphQLPartner {
        let introspection = try SharedData.bytes("partner-lif-api/introspection.json")
        let byIdentifier = persons.compactMap { person in
            SharedData.schoolNumber(of: person).map { ($0, person.value()) }
        }
        return GraphQLPartner(
            schema: try GraphQLSchema(introspection: JSONParser.parse(introspection)),
            persons: Dictionary(byIdentifier, uniquingKeysWith: { first, _ in first }), introspection: introspection)
    }

    @Test(
        "Every record comes back with all items, and with all that the deployed schema can give of them",
        arguments: ["org1", "org2", "org3"])
    func records(organisation: String) async throws {
        let persons = try SharedData.persons(of: organisation)
        let partner = try Self.partner(persons: persons)
        #expect(partner.persons.count == persons.count)
        try await SourceServer.with(partner.answer) { server in
            let source = server.partner()
            for (identifier, person) in partner.persons {
                let run = try await Running.of(source, learner: .school(identifier), paths: Self.entities)
                #expect(run.report.learnerKnown)
                for entity in Self.entities {
                    let original = RawJSON(person)[entity].flatMap(FragmentContent.init(member:))
                    let fetched = run.fragments.first { $0.path.entity == entity }?.content
                    #expect(fetched?.count == original?.count, "\(entity)")
                    guard let original, let fetched else { continue }
                    for (item, source) in zip(fetched.items.elements, original.items.elements) {
                        let type = try #require(partner.schema.type("PersonItem")?.field(entity)?.type.namedType)
                        expectAll(of: source, in: item, type: type, schema: partner.schema, at: entity)
                    }
                }
            }
        }
    }

    /// What the item has of the fields of the type is what the source had; only what the type cannot write is missing.
    private func expectAll(of source: RawJSON, in item: RawJSON, type: String, schema: GraphQLSchema, at place: String)
    {
        for field in schema.type(type)?.fields ?? [] {
            guard let original = source[field.name], !original.isNull,
                let inner = schema.type(field.type.namedType)
            else {
                #expect(item[field.name] == nil, "\(place).\(field.name)")
                continue
            }
            // An enum's value that the schema does not list cannot be had.
            if !inner.enumValues.isEmpty { continue }
            guard let fetched = item[field.name] else {
                // A field in which some objects break the schema is had of those that do not: see the operator.
                Issue.record("\(place).\(field.name) is missing")
                continue
            }
            let pairs =
                original.isArray ? Array(zip(fetched.elements, original.elements)) : [(fetched, original)]
            #expect(fetched.isArray == original.isArray, "\(place).\(field.name)")
            #expect(fetched.elements.count == original.elements.count, "\(place).\(field.name)")
            if inner.isComposite {
                for (fetched, original) in pairs {
                    expectAll(
                        of: original, in: fetched, type: inner.name, schema: schema, at: "\(place).\(field.name)")
                }
            } else {
                for (fetched, original) in pairs where original.isString {
                    #expect(fetched.string == original.string, "\(place).\(field.name)")
                }
            }
        }
    }

    @Test("The query names no type but the filter's, because a deployed partner knows not even Int")
    func names() async throws {
        let partner = try Self.partner(persons: [])
        try await SourceServer.with(partner.answer) { server in
            let run = try await Running.of(server.partner(), paths: ["Name"])
            #expect(run.report.learnerKnown == false)
            let query = try #require(server.queries.first?["query"]?.string)
            #expect(
                query == "query LIF($filter: PersonInput) { person(filter: $filter) { Name { firstName lastName "
                    + "informationSourceId informationSourceOrganization informationSourceSystem identifier } } }")
            #expect(
                server.queries.first?["variables"]?.text
                    == #"{"filter":{"Identifier":[{"identifier":"100001","identifierType":"SCHOOL_ASSIGNED_NUMBER"}]}}"#
            )
        }
    }

    @Test("Enum names of the real schema are the values of the real data model again")
    func enums() async throws {
        let model = try PersonModel(openAPI: SharedData.json("schema/lif-person-openapi.json"))
        let introspection = try SharedData.bytes("partner-lif-api/introspection.json")
        let person =
            #"{"Contact":[{"Address":[{"addressState":"WESTVIRGINIA","addressCity":"FLORIDA"},{"addressState":"NOWHERE"}]}]}"#
        try await SourceServer.with({ asked in
            asked.json["query"]?.string?.contains("__schema") == true
                ? SourceServer.Reply(status: 200, body: introspection) : .json(#"{"data":{"person":[\#(person)]}}"#)
        }) { server in
            let run = try await Running.of(server.partner(model: model), paths: ["Contact"])
            #expect(
                run["Contact"]
                    == #"[{"Address":[{"addressState":"WestVirginia","addressCity":"FLORIDA"},{"addressState":"NOWHERE"}]}]"#
            )
        }
    }

    @Test("Without introspection the real data model makes a query that a deployed partner's schema takes in the end")
    func withoutIntrospection() async throws {
        let model = try PersonModel(openAPI: SharedData.json("schema/lif-person-openapi.json"))
        let persons = try SharedData.persons(of: "org2")
        let partner = try Self.partner(persons: persons)
        try await SourceServer.with({ asked in
            asked.json["query"]?.string?.contains("__schema") == true
                ? .json(#"{"errors":[{"message":"no"}]}"#) : try await partner.answer(asked)
        }) { server in
            let learner = try #require(partner.persons.keys.sorted().first)
            let run = try await Running.of(
                server.partner(model: model), learner: .school(learner), paths: Self.entities)
            #expect(run.report.learnerKnown && run.report.failures.isEmpty)
            #expect(server.queries.count <= 1 + 6, "One is no query for a learner.")
            // With introspection the same comes.
            try await SourceServer.with(partner.answer) { open in
                let seen = try await Running.of(
                    open.partner(model: model), learner: .school(learner), paths: Self.entities)
                #expect(seen.fragments.count > 3)
                #expect(run.fragments.map(\.path) == seen.fragments.map(\.path))
                for (blind, seen) in zip(run.fragments, seen.fragments) {
                    #expect(sameData(blind.content.items.value(), seen.content.items.value()), "\(blind.path)")
                }
            }
        }
    }

    /// The answers of the transcripts, in their order.
    private static func transcripts() throws -> [String] {
        let text = String(decoding: try SharedData.bytes("partner-lif-api/transcripts.md"), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("{\"data\"") }.map(String.init)
    }

    private func run(replaying transcript: Int) async throws -> Result<Running, any Error> {
        let introspection = try SharedData.bytes("partner-lif-api/introspection.json")
        let answer = try Self.transcripts()[transcript]
        return try await SourceServer.with({ asked in
            asked.json["query"]?.string?.contains("__schema") == true
                ? SourceServer.Reply(status: 200, body: introspection) : .json(answer)
        }) { server in
            do {
                return .success(
                    try await Running.of(server.partner(), paths: ["Name", "PositionPreferences", "Contact"]))
            } catch {
                return .failure(error)
            }
        }
    }

    @Test("The transcript of an answer is read")
    func answer() async throws {
        let run = try await run(replaying: 0).get()
        #expect(run.fragments.map(\.path.entity) == ["Name", "PositionPreferences"])
        #expect(run["Name"] == #"[{"firstName":"Alan ","lastName":"Tsatrian","informationSourceId":"Org2"}]"#)
        #expect(
            run["PositionPreferences"]
                == #"[{"positionTitles":["Compliance Specialist","Compliance Manager"],"Travel":[{"percentage":"25.0","willingToTravelIndicator":"true"}]}]"#
        )
    }

    @Test("The transcript of an unknown learner is read")
    func unknown() async throws {
        #expect(try await run(replaying: 1).get().report.learnerKnown == false)
    }

    @Test(
        "The transcripts of refused queries and of a partner without its planner are failures that may pass",
        arguments: [2, 3, 4, 5])
    func errors(transcript: Int) async throws {
        let result = try await run(replaying: transcript)
        let error = #expect(throws: LIFError.self) { try result.get() }
        #expect(error?.reason == .sourceError)
        #expect(error?.isRetryable == true)
        for word in ["nickName", "Int", "Syntax", "attempts"] { #expect(error?.message.contains(word) == false) }
    }
}
