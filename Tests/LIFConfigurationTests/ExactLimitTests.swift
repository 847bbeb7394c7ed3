import LIFModel
import LIFSettings
import Testing

@testable import LIFConfiguration

@Suite("What is exactly as much as a configuration may be, and one more", .timeLimit(.minutes(1)))
struct ExactLimitTests {
    private static let place = Place(file: "lif.yaml", line: 1, column: 1)

    private static func reason(_ takes: [(YAMLBudget.Size, depth: Int)]) -> String? {
        var budget = YAMLBudget()
        do throws(YAMLBudget.Exceeded) {
            for (size, depth) in takes { try budget.take(size, depth: depth, at: place) }
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("A file of 4 MiB is read, one of a byte more is not")
    func file() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "#", count: 4 << 20)
        try folder.write("whole", text)
        try folder.write("longer", text + "\n")
        #expect(try ConfigurationFiles.disk.read(folder.path + "/whole") == text)
        let problem = #expect(throws: ConfigurationFiles.Problem.self) {
            try ConfigurationFiles.disk.read(folder.path + "/longer")
        }
        #expect(problem?.reason == "is longer than 4 MiB")
    }

    @Test("Values and bytes of all aliases together, and how deep they are")
    func budget() {
        let half = YAMLBudget.Size(values: 125_000, bytes: 8 << 20)
        #expect(Self.reason([(half, 1), (half, 1)]) == nil)
        #expect(Self.reason([(half, 1), (half, 1), (YAMLBudget.Size(), 1)])?.contains("250000 values") == true)
        let byte = YAMLBudget.Size(values: 0, bytes: 1)
        #expect(Self.reason([(half, 1), (half, 1), (byte, 1)])?.contains("16 MiB") == true)
        #expect(Self.reason([(YAMLBudget.Size(depth: 4), 60)]) == nil)
        #expect(Self.reason([(YAMLBudget.Size(depth: 5), 60)])?.contains("more than 64 deep") == true)
    }

    @Test("Lists inside one another are 64 deep with what is in them", arguments: [(62, false), (63, true)])
    func depth(lists: Int, isTooDeep: Bool) async {
        let text = "x: " + String(repeating: "[", count: lists) + "1" + String(repeating: "]", count: lists)
        let found = await problems(text)
        #expect(found.contains { $0.contains("more than 64 deep") } == isTooDeep, "\(found)")
    }

    @Test("Forty links on the way to a file are followed, a further one is not")
    func links() {
        func files(_ count: Int) -> Set<String> {
            let links = Dictionary(uniqueKeysWithValues: (0..<count).map { ("l\($0)", "l\($0 + 1)") })
            return WatchedPaths(files: ["l0"], folders: [], target: { links[$0] }).files
        }
        #expect(files(40) == ["l40"])
        #expect(files(41) == ["l40"])
    }

    @Test("A value of forty characters is shown whole", arguments: [40, 41])
    func shown(count: Int) async {
        let value = String(repeating: "v", count: count)
        let found = await problems("log: {level: \(value)}\n" + oneSource)
        let shown = "\"" + String(repeating: "v", count: 40) + (count > 40 ? "…" : "") + "\""
        #expect(found.contains { $0.contains(shown) }, "\(found)")
    }

    @Test("A target is 32 levels below Person, as deep as a query goes", arguments: [(31, true), (32, false)])
    func target(steps: Int, isTaken: Bool) async throws {
        let target = Array(repeating: "a", count: steps).joined(separator: ".")
        let yaml = restSource(
            "url: \"http://{host}/{identifier}/{token}\"", "mapping:",
            "  Person.EmploymentPreferences: {fields: {\(target): x}}")
        if isTaken {
            _ = try await load(yaml)
        } else {
            #expect(await problems(yaml).contains { $0.contains("more than 32 levels below") })
        }
    }
}
