import Foundation
import LIFConfiguration
import LIFModel
import LIFOperators
import LIFOrchestrator
import Testing

@Suite("The data model of a file")
struct DataModelTests {
    private static let yaml = "data_model: {file: models/lif.json}\n" + oneSource

    private static func document(_ members: String...) -> String {
        let properties = members.map { "\"\($0)\": {}" }.joined(separator: ", ")
        return "{\"components\": {\"schemas\": {\"Person\": {\"properties\": {\(properties)}}}}}"
    }

    private func load(_ document: String, yaml: String = Self.yaml) async throws -> SystemConfiguration {
        try await LIFConfigurationTests.load(yaml, files: ["models/lif.json": document])
    }

    @Test("It says what may be asked for, and how paths are spelt")
    func model() async throws {
        let configuration = try await load(Self.document("name", "Shoe"))
        #expect(configuration.catalogue.model.members == ["name", "Shoe"])
        #expect(configuration.catalogue.knownEntities == ["name", "Shoe"])
        #expect(configuration.catalogue.resolve(entity: "shoe")?.description == "Person.Shoe")
        #expect(configuration.sources[0].source.fragmentPaths.map(\.description) == ["Person.name"])
        #expect(configuration.orchestrator.catalogue == configuration.catalogue)
        #expect(configuration.notices.isEmpty)
    }

    @Test("Without one it is LIF's own")
    func standard() async throws {
        let configuration = try await LIFConfigurationTests.load(oneSource)
        #expect(configuration.catalogue.model == .standard)
        #expect(Set(configuration.catalogue.knownEntities) == Set(PersonModel.standard.members))
        _ = try await LIFConfigurationTests.load("data_model: {}\n" + oneSource)
    }

    @Test("A path that it does not know is noticed")
    func unknownPath() async throws {
        let notices = try await load(Self.document("Names")).notices
        #expect(notices.count == 1)
        #expect(notices[0].contains("Person.Name") && notices[0].contains("Person.Names"))
    }

    @Test("Its folder is watched, and another model is a change that a reload applies")
    func reload() async throws {
        let old = try await load(Self.document("Name"))
        #expect(old.watched.folders == [".", "models"])
        let new = try await load(Self.document("Name", "Shoe"))
        #expect(!new.hasSameOperators(as: old))
        #expect(new.needsRestart(comparedWith: old).isEmpty)
        #expect(try await load(Self.document("Name")).hasSameOperators(as: old))
    }

    @Test("It stands beside that of an MDR, until the MDR has answered")
    func besideMDR() async throws {
        let yaml = "mdr: {url: \"http://m\", data_model: 17}\n" + Self.yaml
        let configuration = try await load(Self.document("Name"), yaml: yaml)
        #expect(configuration.catalogue.model.members == ["Name"])
        #expect(configuration.mdr != nil)
    }

    @Test("The path starts at the folder of the configuration")
    func folder() async throws {
        let folder = try TemporaryFolder()
        try folder.write("lif.yaml", Self.yaml)
        try folder.write("models/lif.json", Self.document("Name", "Shoe"))
        let configuration = try await SystemConfiguration.load(
            file: folder.path + "/lif.yaml", adapters: Adapters.all, environment: [:])
        #expect(configuration.catalogue.model.members == ["Name", "Shoe"])
        #expect(configuration.watched.folders == [folder.path, folder.path + "/models"])
    }

    /// The data beside the checkout, which is not a part of it.
    private static let shared: String? = {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = checkout.deletingLastPathComponent().path + "/shared/data/schema/lif-person-openapi.json"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    @Test(
        "The document of the LIF data model is taken as it stands",
        .enabled(if: shared != nil, "The shared data is not beside the checkout."))
    func whole() async throws {
        let path = try #require(Self.shared)
        let folder = try TemporaryFolder()
        try folder.write("lif.yaml", "data_model: {file: \(path)}\n" + oneSource)
        let configuration = try await SystemConfiguration.load(
            file: folder.path + "/lif.yaml", adapters: Adapters.all, environment: [:])
        #expect(configuration.catalogue.resolve(entity: "credentialAward")?.description == "Person.CredentialAward")
        #expect(configuration.catalogue.model.members.count > 10)
        #expect(configuration.notices.isEmpty)
    }

    @Test(
        "A file that cannot be used is reported with its name and place",
        arguments: [
            ("{\n  \"components\": }", "models/lif.json:2:17: the file is not valid JSON: expected"),
            ("{}", "models/lif.json: The data model has no \"components.schemas.Person\""),
            ("[1]", "models/lif.json: The data model has no \"components.schemas.Person\""),
            (document(), "models/lif.json: The data model's \"Person\" has no \"properties\""),
        ])
    func unusable(document: String, expected: String) async {
        let lines = await problems(Self.yaml, files: ["models/lif.json": document])
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(expected) == true, "\(lines)")
    }

    @Test("A file that is not there is reported where it is named")
    func absent() async {
        let lines = await problems(Self.yaml)
        #expect(lines == ["lif.yaml:1:20: the file \"models/lif.json\" does not exist"])
    }
}
