public import LIFIdentities
public import LIFModel

/// What every `IdentityLookup` that uses an Identity Mapper must do.
public struct IdentityLookupConformance: Sendable {
    /// Makes a look-up for an organisation whose mapper has these mappings, by person.
    public typealias Make = @Sendable (_ mappings: [IdentityMapping]) async throws -> any IdentityLookup

    /// One for each sentence of the contract.
    public let checks: [ConformanceCheck]

    /// The organisation that the mappings are of.
    public static let organization = SampleIdentities.organization

    /// All checks for one kind of look-up.
    public init(make: @escaping Make) { checks = Self.checks(make) }

    /// Runs the checks one after another; the first that fails ends it.
    public func run() async throws { try await checks.run() }

    private static func source(
        _ id: String, organization: String? = nil, types: Set<String>? = nil, _ identity: IdentityPolicy = .shared,
        systemID: String? = nil
    ) -> InformationSource {
        InformationSource(
            id: id, organization: organization, adapterID: "adapter", timeToLive: .seconds(60), fragmentPaths: [],
            identifierTypes: types, identity: identity, systemID: systemID)
    }

    private static func learner(_ identifier: String, _ type: String = "SCHOOL_ASSIGNED_NUMBER") -> LearnerIdentifier {
        LearnerIdentifier(identifier: identifier, identifierType: type)
    }

    private static func checks(_ make: @escaping Make) -> [ConformanceCheck] {
        [
            ConformanceCheck("A source's system is its setting, else its organisation, else its id.") { expect in
                let lookup = try await make([
                    SampleIdentities.mapping("a", "id", "1"), SampleIdentities.mapping("a", "organisation", "2"),
                    SampleIdentities.mapping("a", "system", "3"),
                ])
                let found = try await lookup.identities(
                    of: [learner("a")],
                    at: [
                        source("id"), source("x", organization: "organisation"),
                        source("y", organization: "organisation", systemID: "system"), source("ID", .skip),
                    ])
                try expect.equal(found, [["id": learner("1"), "x": learner("2"), "y": learner("3")]], "identities")
            },
            ConformanceCheck("Without a mapping a source shares the identifier or is not asked, as its setting says.") {
                expect in
                let lookup = try await make([SampleIdentities.mapping("a", "s", "1")])
                let sources = [source("s", .skip), source("t"), source("u", .skip)]
                let found = try await lookup.identities(of: [learner("b", "EMAIL"), learner("a")], at: sources)
                try expect.equal(
                    found, [["t": learner("b", "EMAIL")], ["s": learner("1"), "t": learner("a")]], "identities")
            },
            ConformanceCheck("Of several types a source knows, the learner's own is used, else the first by name.") {
                expect in
                let lookup = try await make([
                    SampleIdentities.mapping("a", "s", type: "SSN", "1"),
                    SampleIdentities.mapping("a", "s", type: "Email address", "2"),
                    SampleIdentities.mapping("a", "s", type: "PASSPORT", "3"),
                ])
                let sources = [
                    source("s"), source("t", types: ["SSN", "PASSPORT"], systemID: "s"),
                    source("u", types: ["SCHOOL_ASSIGNED_NUMBER"], .skip, systemID: "s"),
                ]
                let found = try await lookup.identities(of: [learner("a", "passport"), learner("a")], at: sources)
                try expect.equal(
                    found,
                    [
                        ["s": learner("3", "PASSPORT"), "t": learner("3", "PASSPORT")],
                        ["s": learner("2", "Email address"), "t": learner("3", "PASSPORT")],
                    ], "identities")
            },
            ConformanceCheck(
                "Of two spellings of the learner's type the learner's own is used, else the first by name."
            ) {
                expect in
                let spellings = ["School-assigned number", "SCHOOL_ASSIGNED_NUMBER", "school assigned number"]
                for order in [spellings, spellings.reversed()] {
                    let lookup = try await make(
                        [SampleIdentities.mapping("a", "s", type: "EMAIL", "none of them")]
                            + order.map { SampleIdentities.mapping("a", "s", type: $0, "of " + $0) })
                    let asked = spellings + ["School assigned Number"]
                    let found = try await lookup.identities(of: asked.map { learner("a", $0) }, at: [source("s")])
                    try expect.equal(
                        found.map { $0["s"]?.identifier },
                        (spellings + ["SCHOOL_ASSIGNED_NUMBER"]).map { "of " + $0 }, "identifiers")
                }
            },
            ConformanceCheck("Many learners are answered in their order, to the byte.") { expect in
                let persons = SampleIdentities.hardPersons.filter { $0 != "a\u{0}b" } + (0..<100).map { "p/\($0)?" }
                let lookup = try await make(persons.map { SampleIdentities.mapping($0, "s", "of " + $0) })
                let found = try await lookup.identities(
                    of: persons.reversed().map { learner($0) }, at: [source("s", .skip)])
                try expect.equal(found, persons.reversed().map { ["s": learner("of " + $0)] }, "identities")
                try expect.equal(try await lookup.identities(of: [], at: [source("s")]), [], "nobody")
            },
            ConformanceCheck("Without a change nothing is said to have changed.") { expect in
                let lookup = try await make([SampleIdentities.mapping("a", "s", "1")])
                _ = try await lookup.hasChanged()
                _ = try await lookup.identities(of: [learner("a")], at: [source("s")])
                try expect(try await !lookup.hasChanged(), "it has changed")
            },
        ]
    }
}
