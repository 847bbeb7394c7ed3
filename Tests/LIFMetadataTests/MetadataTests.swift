import Foundation
import LIFJSON
import LIFMetadata
import LIFModel
import LIFTesting
import Logging
import Synchronization
import Testing

@Suite("The metadata of an MDR", .timeLimit(.minutes(1)))
struct MetadataTests {
    private static let pair = Translation(sourceSchemaID: "26", targetSchemaID: "17")
    private static let down = LIFError(.neighbourNotAvailable, "The MDR is not available: test.", blame: .source)
    private static let rules = [
        Transformation(expression: "a", language: "JSONata"), Transformation(expression: "b", language: "JSONata"),
    ]
    private static let catalogue = SourceCatalogue([
        source("org1"), source("org2", translation: pair),
    ])

    private static func source(_ id: String, translation: Translation? = nil) -> InformationSource {
        InformationSource(
            id: id, adapterID: "adapter", timeToLive: .seconds(60),
            fragmentPaths: [FragmentPath(entity: "Name")], translation: translation, origin: "origin-\(id)")
    }

    private static func model(_ member: String) throws -> RawJSON {
        try RawJSON(
            validating: Array(
                #"{"components":{"schemas":{"Person":{"properties":{"Name":{"properties":{"\#(member)":{}}}}}}}}"#.utf8)
        )
    }

    private let time = ManualTime()
    private let store = MemoryMetadataStore()
    private let log = WarningLog()
    private let changes = Tally()

    private func repository(gate: Gate = Gate(isOpen: true)) throws -> ScriptedMetadataRepository {
        let repository = ScriptedMetadataRepository(gate: gate)
        repository.serve(model: try Self.model("firstName"), id: "17")
        repository.serve(Self.rules, for: Self.pair)
        return repository
    }

    private func metadata(
        _ repository: any MetadataRepository, _ catalogue: SourceCatalogue = catalogue, dataModelID: String? = "17",
        name: String = "http://mdr", store: (any MetadataStore)? = nil
    ) -> MDRMetadata {
        let metadata = MDRMetadata(
            catalogue, dataModelID: dataModelID, repository: repository, repositoryName: name,
            store: store ?? self.store, logger: log.logger, now: { [time] in time.now })
        metadata.onChange { [changes] in changes.add() }
        return metadata
    }

    private func names(_ metadata: MDRMetadata) async throws -> [String] {
        try await metadata.catalogue().model["Name"]?.node.names ?? []
    }

    private func origins(_ metadata: MDRMetadata) async throws -> [String] {
        try await metadata.catalogue().sources.map(\.origin)
    }

    @Test(
        "The metadata of an MDR keep the contract of a source of metadata",
        arguments: MetadataSourceConformance { catalogue in
            let metadata = MDRMetadata(
                catalogue, dataModelID: "17", repository: ScriptedMetadataRepository(), repositoryName: "",
                store: MemoryMetadataStore(), logger: WarningLog().logger)
            return (metadata, { metadata.replace($0) })
        }.checks)
    func conformance(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test(
        "The store of metadata in memory keeps its contract",
        arguments: MetadataStoreConformance { MemoryMetadataStore() }.checks)
    func memoryStore(_ check: ConformanceCheck) async throws { try await check.run() }

    @Test("No query waits for the MDR: until it answers, what is configured holds")
    func doesNotWait() async throws {
        let gate = Gate()
        let repository = try repository(gate: gate)
        let metadata = metadata(repository)
        for _ in 0..<10 { #expect(try await metadata.catalogue() == Self.catalogue) }
        gate.open()
        try await changes.wait(for: 2)
        await metadata.refresh()
        #expect(try await names(metadata) == ["firstName"])
        #expect(repository.asked.sorted() == ["17", "26>17"])
    }

    @Test("The MDR's data model is used, and a translated source's origin has its transformations")
    func used() async throws {
        let metadata = metadata(try repository())
        await metadata.refresh()
        #expect(try await names(metadata) == ["firstName"])
        let origins = try await origins(metadata)
        #expect(origins[0] == "origin-org1")
        #expect(origins[1].hasPrefix("origin-org2:") && origins[1].count > 20)
        #expect(changes.count == 2)
        #expect(log.lines.isEmpty)
    }

    @Test("The digest of transformations depends on what they say, and not on their order or the process")
    func digest() async throws {
        let repository = try repository()
        let metadata = metadata(repository)
        await metadata.refresh()
        let first = try await origins(metadata)
        #expect(first[1] == "origin-org2:d36b669aca24d2ea")
        repository.serve(Self.rules.reversed(), for: Self.pair)
        time.advance(by: .seconds(3_600))
        await metadata.refresh()
        #expect(try await origins(metadata) == first)
        #expect(changes.count == 2)
        repository.serve([Transformation(expression: "ab", language: "JSONata")], for: Self.pair)
        time.advance(by: .seconds(3_600))
        await metadata.refresh()
        #expect(try await origins(metadata)[1] != first[1])
        #expect(changes.count == 3)
        repository.serve([], for: Self.pair)
        time.advance(by: .seconds(3_600))
        await metadata.refresh()
        #expect(try await origins(metadata) == ["origin-org1", "origin-org2"])
    }

    @Test("Copies are fetched again once they have expired, after a query that comes by")
    func expiry() async throws {
        let repository = try repository()
        let metadata = metadata(repository)
        await metadata.refresh()
        time.advance(by: .seconds(3_599))
        _ = try await metadata.catalogue()
        await metadata.refresh()
        #expect(repository.asked.count == 2)
        repository.serve(model: try Self.model("lastName"), id: "17")
        time.advance(by: .seconds(31))
        #expect(try await names(metadata) == ["firstName"])
        try await changes.wait(for: 3)
        #expect(try await names(metadata) == ["lastName"])
        await metadata.refresh()
        #expect(repository.asked.count == 4)
    }

    @Test("While the MDR is down the last copy is used, however old; one warning says so, and it is asked seldom")
    func down() async throws {
        let repository = try repository()
        let metadata = metadata(repository)
        await metadata.refresh()
        repository.fail(Self.down)
        time.advance(by: .seconds(100 * 86_400))
        for _ in 0..<5 { await metadata.refresh() }
        #expect(repository.asked.count == 4)
        for _ in 0..<3 {
            time.advance(by: .seconds(30))
            await metadata.refresh()
        }
        #expect(repository.asked.count == 10)
        #expect(try await names(metadata) == ["firstName"])
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("The MDR is not available: test.") == true)
        repository.fail(nil)
        time.advance(by: .seconds(30))
        await metadata.refresh()
        await metadata.refresh()
        #expect(log.lines.count == 2)
        #expect(log.lines.last?.contains("up to date again") == true)
        #expect(changes.count == 2)
    }

    @Test("An MDR that never answered leaves the configured data model, and one that is up later is used")
    func downFromTheStart() async throws {
        let repository = try repository()
        repository.fail(Self.down)
        let metadata = metadata(repository)
        await metadata.load()
        await metadata.refresh()
        #expect(try await metadata.catalogue() == Self.catalogue)
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("configured data model") == true)
        repository.fail(nil)
        time.advance(by: .seconds(30))
        await metadata.refresh()
        #expect(try await names(metadata) == ["firstName"])
    }

    @Test("A restarted process uses the kept copies, and asks for them only when they have expired")
    func restart() async throws {
        await metadata(try repository()).refresh()
        let repository = try repository()
        repository.fail(Self.down)
        time.advance(by: .seconds(3_000))
        let second = metadata(repository)
        await second.load()
        #expect(try await names(second) == ["firstName"])
        #expect(try await origins(second)[1].hasPrefix("origin-org2:"))
        await second.refresh()
        #expect(repository.asked.isEmpty)
        time.advance(by: .seconds(700))
        await second.refresh()
        #expect(repository.asked.count == 2)
        #expect(try await names(second) == ["firstName"])
    }

    @Test("What one process has fetched, another takes from the store without asking")
    func shared() async throws {
        let (one, other) = (try repository(), try repository())
        let (first, second) = (metadata(one), metadata(other))
        await first.refresh()
        await second.refresh()
        #expect(other.asked.isEmpty)
        one.serve(model: try Self.model("lastName"), id: "17")
        time.advance(by: .seconds(3_600))
        await first.refresh()
        await second.refresh()
        #expect(try await names(second) == ["lastName"])
        #expect(other.asked.isEmpty)
    }

    @Test("Copies of another MDR are not used")
    func otherRepository() async throws {
        await metadata(try repository()).refresh()
        let repository = try repository()
        repository.fail(Self.down)
        let second = metadata(repository, name: "http://other")
        await second.load()
        #expect(try await second.catalogue() == Self.catalogue)
    }

    @Test(
        "A document that cannot be used leaves the copy, and is reported",
        arguments: ["{}", "[1]", #"{"components":7}"#])
    func unusable(text: String) async throws {
        let repository = try repository()
        let metadata = metadata(repository)
        await metadata.refresh()
        repository.serve(model: try RawJSON(validating: Array(text.utf8)), id: "17")
        time.advance(by: .seconds(3_600))
        await metadata.refresh()
        #expect(try await names(metadata) == ["firstName"])
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("data model 17 cannot be used") == true)
        let again = self.metadata(repository)
        await again.load()
        #expect(try await names(again) == ["firstName"])
    }

    @Test("A copy in the store that is damaged is fetched again")
    func damagedCopy() async throws {
        await metadata(try repository()).refresh()
        let key = #"["http://mdr","data-model","17"]"#
        #expect(try await store.document(key) != nil)
        try await store.keep(MetadataDocument(key: key, body: .null, fetchedAt: time.now))
        let second = metadata(try repository())
        await second.refresh()
        #expect(try await names(second) == ["firstName"])
        #expect(try await store.document(key)?.body == Self.model("firstName"))
    }

    @Test("A store that fails costs nothing but the durable copy")
    func failingStore() async throws {
        let metadata = metadata(try repository(), store: FailingStore())
        await metadata.refresh()
        #expect(try await names(metadata) == ["firstName"])
        #expect(log.lines.count == 1)
    }

    @Test("Sources that are replaced keep what is known, and what they need anew is fetched at once")
    func replaced() async throws {
        let repository = try repository()
        let metadata = metadata(repository)
        await metadata.refresh()
        let former = try await origins(metadata)[1]
        let other = Translation(sourceSchemaID: "30", targetSchemaID: "17")
        repository.serve([Transformation(expression: "c", language: "JSONata")], for: other)
        metadata.replace(
            SourceCatalogue([Self.source("org2", translation: Self.pair), Self.source("org3", translation: other)]))
        #expect(try await metadata.catalogue().sources.map(\.id) == ["org2", "org3"])
        #expect(try await origins(metadata)[0] == former)
        #expect(try await names(metadata) == ["firstName"])
        await metadata.refresh()
        #expect(try await origins(metadata)[1].hasPrefix("origin-org3:"))
        #expect(repository.asked.sorted() == ["17", "26>17", "30>17"])
    }

    @Test("Without a data model's id the configured one stays, and only transformations are asked for")
    func transformationsOnly() async throws {
        let repository = try repository()
        let metadata = metadata(repository, dataModelID: nil)
        await metadata.refresh()
        #expect(repository.asked == ["26>17"])
        #expect(try await metadata.catalogue().model == .standard)
        #expect(try await origins(metadata)[1].hasPrefix("origin-org2:"))
    }

    @Test("A clock that is set back does not keep old copies from being fetched again")
    func clock() async throws {
        let repository = try repository()
        let metadata = metadata(repository)
        await metadata.refresh()
        time.advance(by: .seconds(-90 * 86_400))
        repository.serve(model: try Self.model("lastName"), id: "17")
        await metadata.refresh()
        #expect(try await names(metadata) == ["lastName"])
        #expect(repository.asked.count == 4)
        time.advance(by: .seconds(60))
        await metadata.refresh()
        #expect(repository.asked.count == 4)
    }

    @Test("What is under way ends with the process, and nothing is asked from then on")
    func shutdown() async throws {
        let repository = try repository(gate: Gate())
        let metadata = metadata(repository)
        #expect(try await metadata.catalogue() == Self.catalogue)
        await metadata.shutdown()
        let asked = repository.asked.count
        time.advance(by: .seconds(86_400))
        #expect(try await metadata.catalogue() == Self.catalogue)
        await metadata.refresh()
        #expect(repository.asked.count == asked)
        #expect(log.lines.isEmpty)
    }
}

private struct FailingStore: MetadataStore {
    func document(_ key: String) async throws -> MetadataDocument? {
        throw LIFError(.outputReadException, "The store cannot be read.", blame: .us)
    }

    func keep(_ document: MetadataDocument) async throws {
        throw LIFError(.outputWriteException, "The store cannot be written.", blame: .us)
    }
}

/// What is logged at notice and above.
private final class WarningLog: Sendable {
    private let written = Mutex<[String]>([])

    var lines: [String] { written.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .notice
        return logger
    }

    private struct Handler: LogHandler {
        let log: WarningLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.written.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
