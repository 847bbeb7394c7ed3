import LIFIdentities
import LIFModel
import LIFTesting
import Testing

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
        return MappedIdentities(store: store, organization: IdentityLookupConformance.organization)
    }

    @Test("A look-up over the identity store keeps its contract", arguments: lookups.checks)
    func looksUp(_ check: ConformanceCheck) async throws { try await check.run() }

    private static let learner = LearnerIdentifier(identifier: "a", identifierType: "ID")
    private static let source = InformationSource(
        id: "s", adapterID: "adapter", timeToLive: .seconds(60), fragmentPaths: [])

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

    @Test("A look-up reports each change once, whoever has made it")
    func changes() async throws {
        let store = MemoryIdentityStore()
        let identities = MappedIdentities(store: store, organization: "org")
        _ = try await identities.hasChanged()
        let saved = try await store.save([
            IdentityMapping(organization: "org", person: "a", systemID: "s", target: Self.learner)
        ])
        #expect(try await identities.hasChanged())
        #expect(try await !identities.hasChanged())
        #expect(try await store.remove(saved[0].id ?? "", of: "a", in: "org"))
        #expect(try await identities.hasChanged())
    }
}
