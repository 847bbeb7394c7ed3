import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

@Suite struct IdentityTests {
    private static let stores = IdentityStoreConformance { MemoryIdentityStore() }

    @Test("The identity store in memory keeps its contract", arguments: stores.checks)
    func keepsStoring(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let copies = IdentityCopiesConformance { MemoryIdentityCopies() }

    @Test("The copies of a mapper's mappings in memory keep their contract", arguments: copies.checks)
    func keepsCopies(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let lookups = IdentityLookupConformance { mappings in
        let store = MemoryIdentityStore()
        _ = try await store.save(mappings)
        return LIFQueryPlanner.MappedIdentities(store: store, organization: IdentityLookupConformance.organization)
    }

    @Test("A look-up over the identity store keeps its contract", arguments: lookups.checks)
    func looksUp(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let learner = LearnerIdentifier(identifier: "a", identifierType: "ID")
    private static let source = InformationSource(
        id: "s", adapterID: "adapter", timeToLive: .seconds(60), fragmentPaths: [])

    @Test("Without a mapper each source knows each learner by the same identifier, and that never changes")
    func shared() async throws {
        let other = LearnerIdentifier(identifier: "b", identifierType: "ID")
        let found = try await SharedIdentities().identities(of: [Self.learner, other], at: [Self.source])
        #expect(found == [["s": Self.learner], ["s": other]])
        #expect(try await !SharedIdentities().hasChanged())
    }

    @Test("Of several mappings of one system and type the order in which the mapper gives them decides nothing")
    func order() {
        let mappings = ["b", "a", "c"].map {
            IdentityMapping(
                organization: "us", person: "1", systemID: "s",
                target: LearnerIdentifier(identifier: $0, identifierType: "ID"))
        }
        for order in [mappings, mappings.reversed(), [mappings[1], mappings[2], mappings[0]]] {
            let found = IdentityResolution.identities(of: Self.learner, mappings: order, at: [Self.source])
            #expect(found["s"]?.identifier == "a")
        }
    }

    @Test("A look-up tells of each change once, whoever has made it")
    func changes() async throws {
        let store = MemoryIdentityStore()
        let identities = LIFQueryPlanner.MappedIdentities(store: store, organization: "org")
        _ = try await identities.hasChanged()
        let saved = try await store.save([
            IdentityMapping(organization: "org", person: "a", systemID: "s", target: Self.learner)
        ])
        #expect(try await identities.hasChanged())
        #expect(try await !identities.hasChanged())
        #expect(try await store.remove(saved[0].id ?? "", of: "a", in: "org"))
        #expect(try await identities.hasChanged())
    }

    @Test("Whatever a look-up throws, the planner says the same of the Identity Mapper")
    func agentsError() async throws {
        struct Odd: Error, CustomStringConvertible { let description = "learner 4711" }
        struct Failing: IdentityLookup {
            func identities(
                of learners: [LearnerIdentifier], at sources: [InformationSource]
            ) async throws -> [[String: LearnerIdentifier]] { throw Odd() }
        }
        let agent = IdentitiesLookupAgent(lookup: Failing())
        let error = await #expect(throws: LIFError.self) {
            try await agent.identities(of: [Self.learner], catalogue: SourceCatalogue([Self.source]))
        }
        #expect(error?.code == .neighbourNotAvailable)
        #expect(error?.message == "The Identity Mapper is not available. Try again later.")
    }

    @Test("A look-up that answers for too few learners is not taken")
    func tooFew() async throws {
        struct Short: IdentityLookup {
            func identities(
                of learners: [LearnerIdentifier], at sources: [InformationSource]
            ) async throws -> [[String: LearnerIdentifier]] { [] }
        }
        let agent = IdentitiesLookupAgent(lookup: Short())
        let error = await #expect(throws: LIFError.self) {
            try await agent.identities(of: [Self.learner], catalogue: SourceCatalogue([Self.source]))
        }
        #expect(error?.code == .neighbourNotAvailable)
    }
}

@Suite struct IdentityMappingTests {
    private static let text = #"""
        {"mapping_id":"4f9c","lif_organization_id":"org","lif_organization_person_id":"p \"1\"",
        "target_system_id":"sis","target_system_person_id_type":"School number","target_system_person_id":"é"}
        """#

    @Test("A mapping is read and written as deployed Identity Mappers have it")
    func roundTrip() throws {
        let mapping = try IdentityMapping(json: JSONParser.parse(Self.text))
        #expect(
            mapping
                == IdentityMapping(
                    id: "4f9c", organization: "org", person: "p \"1\"", systemID: "sis",
                    target: LearnerIdentifier(identifier: "é", identifierType: "School number")))
        #expect(mapping.target.identifierType == "School number")
        #expect([mapping].json.text == "[" + Self.text.replacing("\n", with: "") + "]")
    }

    @Test("Organisation and person may be left out where they are known, and members that are not known pass")
    func standard() throws {
        let mapping = try IdentityMapping(
            json: [
                "mapping_id": nil, "lif_organization_id": nil, "target_system_id": "s",
                "target_system_person_id_type": "t", "target_system_person_id": "i", "created_at": 5,
            ], organization: "org", person: "p")
        #expect([mapping.id, mapping.organization, mapping.person] == [nil, "org", "p"])
    }

    @Test(
        "What is missing or wrong is told by its name, without its value",
        arguments: [
            ("target_system_id", nil, true), ("target_system_id", 5, true), ("target_system_id", "", false),
            ("target_system_person_id", "se\u{1}cret", false), ("target_system_person_id_type", [], true),
            ("lif_organization_person_id", .string(String(repeating: "secret", count: 171)), false),
            ("lif_organization_id", nil, true), ("mapping_id", "secret/", false), ("mapping_id", "", false),
            ("mapping_id", 5, true),
        ] as [(String, JSONValue?, Bool)])
    func faults(name: String, value: JSONValue?, isShape: Bool) throws {
        var object = try #require(try JSONParser.parse(Self.text).object)
        object[name] = value
        let error = #expect(throws: LIFError.self) { try IdentityMapping(json: .object(object)) }
        #expect(error?.code == .identityMappingNotValid && error?.isShapeError == isShape)
        #expect(error?.message.contains("\"\(name)\"") == true)
        #expect(error?.message.contains("cret") == false)
    }

    @Test("What is no object is no mapping", arguments: [[], "x", nil, 5] as [JSONValue])
    func noObject(json: JSONValue) {
        let error = #expect(throws: LIFError.self) { try IdentityMapping(json: json) }
        #expect(error?.isShapeError == true)
    }

    @Test("How one source knows a learner is told, and that it does not")
    func oneIdentity() async throws {
        let sources = [LIFQueryPlannerTests.source("org1", ["Name"]), LIFQueryPlannerTests.source("org2", ["Name"])]
        let known = LearnerIdentifier(identifier: "77", identifierType: "ID")
        let planner = PlannerSetup(sources, identities: GivenIdentities(["org1": known])).planner
        #expect(try await planner.identity(of: PlannerSetup.learner, at: sources[0]) == known)
        #expect(try await planner.identity(of: PlannerSetup.learner, at: sources[1]) == nil)
    }
}
