import LIFModel
import Testing

@Suite("Fields below an entity")
struct DeepFieldTests {
    private static let learner = LearnerIdentifier(identifier: "1", identifierType: "A")

    private static func source(_ id: String, _ paths: String...) -> InformationSource {
        InformationSource(
            id: id, adapterID: "lif-to-lif", timeToLive: .seconds(3_600),
            fragmentPaths: paths.compactMap(FragmentPath.init(parsing:)))
    }

    private static let model = PersonModel(
        person: PersonModel.Node([
            ("Name", PersonModel.Node([("firstName", .open), ("lastName", .open)])),
            (
                "Contact",
                PersonModel.Node([
                    ("Email", PersonModel.Node([("emailAddress", .open)])),
                    ("Extra", PersonModel.Node([("a", .open)], isOpen: true)),
                ])
            ),
            ("Proficiency", .open),
        ]))
    private static let catalogue = SourceCatalogue(
        [source("org1", "person.name", "Person.Badge"), source("org2", "Person.Contact", "Person.Name")], model: model)

    private static func canonical(
        _ fields: [String], _ catalogue: SourceCatalogue = catalogue
    ) throws -> CanonicalQuery {
        try CanonicalQuery(LIFQuery(learners: [learner], selectedFields: fields), catalogue: catalogue)
    }

    @Test("Two spellings of a deep field that the model knows are the same question")
    func spellings() throws {
        let query = try Self.canonical(["Person.Name.firstName", "Person.Contact.Email.emailAddress"])
        #expect(try Self.canonical(["person.contact.email.EmailAddress", "$.person.name.FirstName"]) == query)
        let node = try #require(query.projection[FragmentPath(entity: "Name")])
        #expect(Array(node.children.keys) == ["firstName"])
    }

    @Test(
        "A name that GraphQL cannot write is known by what a LIF API in front calls it, unless that stands for several")
    func graphQLNames() throws {
        let model = PersonModel(
            person: PersonModel.Node([
                (
                    "Language",
                    PersonModel.Node([("iSO639-2LangCode", .open), ("a-b", .open), ("a.b", .open), ("a b", .open)])
                ),
                ("My-Entity", .open),
            ]))
        let catalogue = SourceCatalogue([Self.source("org1", "Person.Language")], model: model)
        let query = try Self.canonical(["Person.Language.iSO639-2LangCode"], catalogue)
        #expect(try Self.canonical(["Person.Language.iSO639_2LangCode"], catalogue) == query)
        #expect(query.selectedFields == ["Person.Language.iSO639-2LangCode"])
        #expect(try Self.canonical(["Person.My_Entity"], catalogue).paths == [FragmentPath(entity: "My-Entity")])
        #expect(throws: LIFError.self) { try Self.canonical(["Person.Language.a_b"], catalogue) }
    }

    @Test(
        "A name that the model does not know is an error at every level, with the nearest names",
        arguments: [
            ("Person.Name.fristName", "Did you mean Person.Name.firstName?"),
            ("person.name.firstname", "Did you mean Person.Name.firstName?"),
            ("Person.Contact.Emial", "Did you mean Person.Contact.Email?"),
            ("Person.Contact.email.emailAdress", "Did you mean Person.Contact.Email.emailAddress?"),
            ("Person.Contact.Email.emailAdress.x", "\"Person.Contact.Email.emailAdress\" is known neither"),
            ("Person.Name.zzzzzzzzzzzz", "Known are Person.Name.firstName, Person.Name.lastName."),
            ("Person.Nmae.firstName", "Did you mean Person.Name?"),
        ])
    func unknown(field: String, hint: String) throws {
        let error = try #require(throws: LIFError.self) { try Self.canonical(["Person.Name", field]) }
        #expect(error.code == .learnerDataNotFound)
        #expect(error.blame == .caller)
        #expect(error.message.contains(hint), "\(error.message)")
    }

    @Test(
        "Where nothing is known, any name may be asked for, in its own spelling",
        arguments: [
            "Person.Proficiency.anything.deep", "Person.Badge.name", "Person.Name.firstName.x",
            "Person.Contact.Extra.other.b",
        ])
    func open(field: String) throws {
        #expect(try Self.canonical([field]).selectedFields == [field])
    }

    @Test("Of many known names a sentence lists some, and a long name is not repeated")
    func bounded() throws {
        let many = PersonModel.Node((0..<5_000).map { ("member\($0)", .open) })
        let catalogue = SourceCatalogue([], model: PersonModel(person: PersonModel.Node([("A", many)])))
        let error = try #require(throws: LIFError.self) {
            try Self.canonical(["Person.A." + String(repeating: "x", count: 900)], catalogue)
        }
        #expect(error.message.contains("4976 more"))
        #expect(!error.message.contains("xxx"))
        #expect(error.message.utf8.count < 1_000)
    }

    @Test(
        "The selected fields of a canonical query ask for the same",
        arguments: [
            [], ["Person"], ["Person.Name"], ["Person.Badge", "person.name"],
            ["Person.Badge", "Person.Contact", "person.Name"],
            ["Person.Proficiency"], ["Person.Name", "Person.Name.firstName", "Person.Name.LastName"],
            ["person.contact.email", "Person.Contact.Extra.z", "Person.Contact.Extra.A", "Person.Proficiency.x.y"],
            ["Person.Badge", "Person.Contact.Email.emailAddress", "Person.Name"],
        ])
    func roundTrip(fields: [String]) throws {
        let query = try Self.canonical(fields)
        let again = try Self.canonical(query.selectedFields)
        #expect(again == query)
        #expect(again.hashValue == query.hashValue)
        #expect(again.selectedFields == query.selectedFields)
    }

    @Test("All configured paths, whole, are the entire record; anything else is named")
    func entireRecord() throws {
        #expect(try Self.canonical([]).selectedFields == [])
        #expect(try Self.canonical(["Person.Contact", "Person.Badge", "Person.Name"]).selectedFields == [])
        #expect(
            try Self.canonical(["Person.Name.lastName", "Person.Contact", "Person.Name.firstName"]).selectedFields
                == ["Person.Name.firstName", "Person.Name.lastName", "Person.Contact"])
        let paths = [FragmentPath(entity: "Name")]
        #expect(CanonicalQuery(learners: [Self.learner], paths: paths).selectedFields == ["Person.Name"])
    }

    @Test("The entire record without any configured path asks for nothing")
    func nothingConfigured() throws {
        let catalogue = SourceCatalogue([], model: Self.model)
        let query = try Self.canonical([], catalogue)
        #expect(query.paths.isEmpty)
        #expect(try Self.canonical(query.selectedFields, catalogue) == query)
        #expect(try Self.canonical(["Person.Name"], catalogue).selectedFields == ["Person.Name"])
    }

    @Test(
        "Fields as deployed LIF APIs list them pass with the LIF data model",
        .enabled(if: RealDataModel.isPresent, Comment(rawValue: RealDataModel.absence)))
    func deployed() throws {
        let catalogue = SourceCatalogue(
            [Self.source("org1", "Person.Name", "person.positionPreferences", "Person.Contact")],
            model: try RealDataModel.read())
        let query = try Self.canonical(
            [
                "Person.Name", "Person.Name.firstName", "Person.PositionPreferences",
                "Person.PositionPreferences.Travel",
                "Person.PositionPreferences.Travel.percentage", "Person.Contact", "Person.Contact.Email",
                "Person.Contact.Email.emailAddress", "Person.CredentialAward.InstanceOfRefCredential.name",
            ], catalogue)
        #expect(
            query.selectedFields == [
                "Person.Name.firstName", "Person.PositionPreferences.Travel.percentage",
                "Person.Contact.Email.emailAddress", "Person.CredentialAward.InstanceOfRefCredential.name",
            ])
        #expect(try Self.canonical(query.selectedFields, catalogue) == query)
        let error = try #require(throws: LIFError.self) { try Self.canonical(["Person.Name.fristName"], catalogue) }
        #expect(error.message.contains("Did you mean Person.Name.firstName?"))
    }
}
