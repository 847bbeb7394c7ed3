import LIFModel
import Testing

@Suite("The catalogue of sources")
struct SourceCatalogueTests {
    private func source(_ id: String, _ paths: [String], translation: Translation? = nil) -> InformationSource {
        InformationSource(
            id: id, organization: "Org \(id)", adapterID: "adapter-\(id)", timeToLive: .seconds(24),
            staleIfError: .seconds(7),
            fragmentPaths: paths.compactMap(FragmentPath.init(parsing:)), translation: translation,
            origin: "origin-\(id)")
    }

    @Test("The paths of the seed's configuration get the data model's spelling")
    func seedSpelling() {
        let catalogue = SourceCatalogue([
            source(
                "org1",
                [
                    "person.name", "person.contact", "person.identifier", "person.employmentLearningExperience",
                    "person.positionPreferences",
                ]),
            source("org2", ["person.employmentPreferences"]),
        ])
        #expect(
            catalogue.paths.map(\.description) == [
                "Person.Name", "Person.Contact", "Person.Identifier", "Person.EmploymentLearningExperience",
                "Person.PositionPreferences", "Person.EmploymentPreferences",
            ])
        #expect(catalogue.sources[0].fragmentPaths == Array(catalogue.paths.prefix(5)))
    }

    @Test("A source keeps everything else as configured")
    func otherSettings() {
        let translation = Translation(sourceSchemaID: "26", targetSchemaID: "17")
        let catalogue = SourceCatalogue([source("org1", ["person.name"], translation: translation)])
        #expect(catalogue["org1"] == source("org1", ["Person.Name"], translation: translation))
        #expect(catalogue["org2"] == nil)
    }

    @Test("A path that is written twice in two spellings is one, and sources come in configuration order")
    func mergedSpellings() {
        let catalogue = SourceCatalogue([
            source("b", ["person.name", "Person.Name", "Person.Attendance"]),
            source("a", ["Person.attendance", "Person.Name"]),
        ])
        #expect(catalogue.paths.map(\.entity) == ["Name", "Attendance"])
        #expect(catalogue.sources(of: FragmentPath(entity: "Name")).map(\.id) == ["b", "a"])
        #expect(catalogue.sources(of: FragmentPath(entity: "Attendance")).map(\.id) == ["b", "a"])
        #expect(catalogue.sources(of: FragmentPath(entity: "Contact")).isEmpty)
    }

    @Test("A name that the model lacks keeps the spelling of the source that named it first")
    func foreignNames() {
        let catalogue = SourceCatalogue([source("a", ["person.badges"]), source("b", ["Person.Badges"])])
        #expect(catalogue.paths.map(\.entity) == ["badges"])
        #expect(catalogue.resolve(entity: "Badges")?.entity == "badges")
    }

    @Test("Where a model has both spellings the exact one wins")
    func bothSpellings() {
        let model = PersonModel(members: ["Identifier", "identifier"])
        let catalogue = SourceCatalogue([source("a", ["person.identifier", "Person.Identifier"])], model: model)
        #expect(catalogue.paths.map(\.entity) == ["identifier", "Identifier"])
        #expect(catalogue.resolve(entity: "identifier")?.entity == "identifier")
        #expect(catalogue.resolve(entity: "Identifier")?.entity == "Identifier")
    }

    @Test("Names are resolved by the first letter's case only")
    func resolving() {
        let catalogue = SourceCatalogue([source("a", ["Person.CredentialAward"])])
        #expect(catalogue.resolve(entity: "credentialAward")?.entity == "CredentialAward")
        #expect(catalogue.resolve(entity: "credentialaward") == nil)
        #expect(catalogue.resolve(entity: "proficiency")?.entity == "Proficiency")
        #expect(catalogue.resolve(entity: "all") == nil)
        #expect(catalogue.resolve(entity: "") == nil)
    }

    @Test("The nearest names come best first, at most three")
    func nearest() {
        let catalogue = SourceCatalogue([source("a", ["Person.CredentialAward", "Person.Contact"])])
        #expect(catalogue.nearest(to: "credentialaward").first == "CredentialAward")
        #expect(catalogue.nearest(to: "Contacts").first == "Contact")
        #expect(catalogue.nearest(to: "e").count <= 3)
        #expect(catalogue.nearest(to: "qqqqqqqqqqqqqqqqqqqqqqqqq").isEmpty)
        #expect(catalogue.nearest(to: String(repeating: "q", count: 1_000_000)).isEmpty)
    }

    @Test("What may be asked for: the configured names, then the rest of the model")
    func knownEntities() {
        let model = PersonModel(members: ["Name", "Contact", "Proficiency"])
        let catalogue = SourceCatalogue([source("a", ["Person.Contact", "Person.Badge"])], model: model)
        #expect(catalogue.knownEntities == ["Contact", "Badge", "Name", "Proficiency"])
    }

    @Test("Another data model leaves sources and the spelling of their paths as they are")
    func withModel() throws {
        let catalogue = SourceCatalogue([source("a", ["Person.badge", "person.name"])])
        let model = PersonModel(
            person: PersonModel.Node([("Course", .open), ("Badge", PersonModel.Node([("title", .open)]))]))
        let other = catalogue.with(model: model) { $0.id == "a" ? "new" : nil }
        #expect(other.knownEntities == ["badge", "Name", "Course"])
        #expect(other.paths == catalogue.paths)
        #expect(other["a"]?.origin == "new")
        #expect(other.sources(of: FragmentPath(entity: "badge")).map(\.origin) == ["new"])
        #expect(other["a"]?.staleIfError == .seconds(7))
        #expect(other.resolve(entity: "Badge")?.entity == "badge")
        #expect(other.resolve(entity: "Contact") == nil)
        let query = LIFQuery(
            learners: [LearnerIdentifier(identifier: "1", identifierType: "T")],
            selectedFields: ["Person.Badge.Title", "Person.Name.anything"])
        #expect(
            try CanonicalQuery(query, catalogue: other).selectedFields
                == ["Person.badge.title", "Person.Name.anything"])
        #expect(other != catalogue)
        #expect(catalogue.with() == catalogue)
        #expect(catalogue.with(model: model) != catalogue)
    }

    @Test("Resolving a name gives what a search of all names gives")
    func index() {
        let names = ["Name", "name", "Contact", "contactPoint", "x", "Über", "caf\u{e9}", "Z"]
        let catalogue = SourceCatalogue([], model: PersonModel(members: names))
        for asked in names + ["contact", "ContactPoint", "X", "über", "cafe\u{301}", "z", "nAme", "", "Caf\u{e9}"] {
            #expect(catalogue.resolve(entity: asked)?.entity == LIFName.find(asked, among: names), "\(asked)")
        }
    }
}
