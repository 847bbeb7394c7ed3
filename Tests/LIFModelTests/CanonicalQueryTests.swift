import LIFModel
import Testing

@Suite("The canonical form of a query")
struct CanonicalQueryTests {
    private static func source(_ id: String, _ paths: String...) -> InformationSource {
        InformationSource(
            id: id, adapterID: "lif-to-lif", timeToLive: .seconds(3_600),
            fragmentPaths: paths.compactMap(FragmentPath.init(parsing:))
        )
    }

    private let catalogue = SourceCatalogue([
        source("org2", "Person.Name", "person.credentialAward", "Person.Contact"),
        source("org3", "person.proficiency", "Person.Name"),
    ])
    private let learners = [
        LearnerIdentifier(identifier: "1", identifierType: "A"),
        LearnerIdentifier(identifier: "2", identifierType: "A"),
    ]

    private func canonical(_ fields: String..., learners: [LearnerIdentifier]? = nil) throws -> CanonicalQuery {
        try CanonicalQuery(
            LIFQuery(learners: learners ?? self.learners, selectedFields: fields), catalogue: catalogue)
    }

    private func names(_ query: CanonicalQuery) -> [String] { query.paths.map(\.description) }

    @Test("Permutations, repetitions and spellings of the same question are equal")
    func permutations() throws {
        let query = try canonical("Person.Name", "Person.CredentialAward", "Person.Proficiency")
        #expect(names(query) == ["Person.Name", "Person.CredentialAward", "Person.Proficiency"])
        for other in [
            try canonical("Person.Proficiency", "Person.Name", "Person.CredentialAward"),
            try canonical("person.name", "person.credentialAward", "Person.proficiency"),
            try canonical("$.Person.Name", "$.person.credentialAward", "Person.Proficiency", "Person.Name"),
            try canonical("Person", "Person.Name", "Person.CredentialAward", "Person.Proficiency"),
        ] {
            #expect(other == query)
            #expect(other.hashValue == query.hashValue)
        }
        #expect(try canonical("Person.Name") != query)
    }

    @Test("Learners come once each, in the order asked")
    func learnersOnce() throws {
        let again = LearnerIdentifier(identifier: "1", identifierType: "a")
        let query = try canonical("Person.Name", learners: [learners[1], learners[0], again, learners[1]])
        #expect(query.learners == [learners[1], learners[0]])
        #expect(query.learners[1].identifierType == "A")
    }

    @Test(
        "No fields, or Person alone, ask for all configured paths",
        arguments: [[], ["Person"], ["person"], ["$.Person"]])
    func entireRecord(fields: [String]) throws {
        let query = try CanonicalQuery(LIFQuery(learners: learners, selectedFields: fields), catalogue: catalogue)
        #expect(names(query) == ["Person.Name", "Person.CredentialAward", "Person.Contact", "Person.Proficiency"])
        #expect(query.projection.isWhole)
        #expect(query == CanonicalQuery(learners: learners, paths: catalogue.paths))
    }

    @Test("A field that is a prefix of another is structure only: the deeper ones decide")
    func prefixes() throws {
        let query = try canonical(
            "Person.Name", "Person.Name.firstName", "Person.Contact", "Person.Contact.Email",
            "Person.Contact.Email.emailAddress", "Person.CredentialAward")
        #expect(names(query) == ["Person.Name", "Person.CredentialAward", "Person.Contact"])
        #expect(!query.projection.isWhole)

        let name = try #require(query.projection[FragmentPath(entity: "Name")])
        #expect(Set(name.children.keys) == ["firstName"])
        #expect(name.children["firstName"]?.children.isEmpty == true)
        let contact = try #require(query.projection[FragmentPath(entity: "Contact")])
        #expect(contact.children["Email"]?.children["emailAddress"]?.children.isEmpty == true)
        #expect(query.projection[FragmentPath(entity: "CredentialAward")] == nil)

        let leavesOnly = try canonical(
            "Person.CredentialAward", "Person.Contact.Email.emailAddress", "person.name.firstName")
        #expect(leavesOnly == query)
    }

    @Test("Two fields below the same member are both kept")
    func siblings() throws {
        let query = try canonical("Person.Name.firstName", "Person.Name.lastName")
        #expect(query.paths.count == 1)
        let node = try #require(query.projection[FragmentPath(entity: "Name")])
        #expect(Set(node.children.keys) == ["firstName", "lastName"])
        #expect(try canonical("Person.Name.lastName", "Person.Name.firstName") == query)
        #expect(try canonical("Person.Name.lastName") != query)
    }

    @Test(
        "Where the organisation's own records may hold more than is known, an unknown entity is theirs; a mistyped one is not"
    )
    func unknownEntities() throws {
        let own = InformationSource(
            id: "own", adapterID: "own", timeToLive: .zero, fragmentPaths: [], isOwnRecords: true)
        let catalogue = catalogue.with(ownRecords: own)
        func canonical(_ fields: [String], _ catalogue: SourceCatalogue) throws -> CanonicalQuery {
            try CanonicalQuery(LIFQuery(learners: learners, selectedFields: fields), catalogue: catalogue)
        }
        let fields = ["Person.Zebra.stripes", "Person.Name", "person.zebra.colour", "Person.Quokka"]
        let query = try canonical(fields, catalogue)
        #expect(names(query) == ["Person.Name", "Person.Zebra", "Person.Quokka"])
        #expect(query.projection[FragmentPath(entity: "Zebra")].map { Set($0.children.keys) } == ["stripes", "colour"])
        #expect(catalogue.sources(of: FragmentPath(entity: "Zebra")).map(\.id) == ["own"])
        #expect(try canonical(query.selectedFields, catalogue) == query)
        let mistyped = try #require(throws: LIFError.self) { try canonical(["Person.CredentialAwards"], catalogue) }
        #expect(mistyped.message.contains("Did you mean Person.CredentialAward?"))
        let many = (0..<65).map { "Person.Xyzzy\(String(repeating: "q", count: $0 + 20))" }
        #expect(throws: LIFError.self) { try canonical(many, catalogue) }
        #expect(try canonical(Array(many.dropLast()), catalogue).paths.count == 64)
        // A model that is complete, and nobody who could have more.
        let closed = catalogue.with(model: PersonModel(members: ["Name"]))
        #expect(throws: LIFError.self) { try canonical(["Person.Zebra"], closed) }
        #expect(throws: LIFError.self) { try canonical(["Person.Zebra"], self.catalogue) }
    }

    @Test("A path that the data model knows and nobody supplies may be asked for")
    func knownToTheModel() throws {
        let query = try canonical("Person.positionPreferences", "Person.Name")
        #expect(names(query) == ["Person.Name", "Person.PositionPreferences"])
    }

    @Test(
        "A path that nobody knows is an error that lists the nearest names",
        arguments: [
            ("Person.CredentialAwards", "Did you mean Person.CredentialAward?"),
            ("Person.nmae", "Did you mean Person.Name?"),
            ("Person.Preferences", "Person.PositionPreferences"), ("Person.Zzzzzzzzzzzzzzz", "Known are Person.Name"),
            ("Person.Attendance.date", "\"Person.Attendance\" is known neither"),
        ])
    func unknownPath(field: String, hint: String) throws {
        let error = try #require(throws: LIFError.self) { try canonical("Person.Name", field) }
        #expect(error.code == .learnerDataNotFound)
        #expect(error.blame == .caller)
        #expect(error.message.contains(hint), "\(error.message)")
    }

    @Test(
        "Fields that are too long, too deep or too many are refused, and not repeated",
        arguments: [
            ["Person." + String(repeating: "x", count: 1_000_000)],
            ["Person.Name" + String(repeating: ".a", count: 500_000)],
            ["Person.Name" + String(repeating: ".a", count: CanonicalQuery.maximumDepth)],
            Array(repeating: "Person.Name", count: CanonicalQuery.maximumFields + 1),
        ])
    func bounded(_ fields: [String]) throws {
        let query = LIFQuery(
            learners: [LearnerIdentifier(identifier: "1", identifierType: "T")], selectedFields: fields)
        let error = try #require(throws: LIFError.self) {
            try CanonicalQuery(query, catalogue: SourceCatalogue([]))
        }
        #expect(error.code == .queryNotValid)
        #expect(error.message.utf8.count < 1_000)
    }

    @Test("A long name within the limits is not repeated")
    func longName() throws {
        let error = try #require(throws: LIFError.self) {
            try canonical("Person." + String(repeating: "x", count: 1_000))
        }
        #expect(error.code == .learnerDataNotFound)
        #expect(!error.message.contains("xxx"))
    }

    @Test(
        "Other roots than Person are not served",
        arguments: ["Course", "Course.name", "$.Organization.name", "person2.Name"])
    func otherRoots(field: String) throws {
        let error = try #require(throws: LIFError.self) { try canonical(field) }
        #expect(error.code == .learnerDataNotFound)
        #expect(error.message.contains("\"Person\""))
    }

    @Test(
        "What is no dot path is not valid",
        arguments: ["", ".", "$", "$.", "Person.", "Person..Name", ".Person.Name", "Course."])
    func unreadable(field: String) throws {
        let error = try #require(throws: LIFError.self) { try canonical(field) }
        #expect(error.code == .queryNotValid)
    }
}
