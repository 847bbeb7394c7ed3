import LIFJSON
import LIFModel
import Testing

@Suite("What is exactly as much as is allowed, and one more")
struct ExactLimitTests {
    /// A model that lists no members of `Name`, so that fields below it may be of any depth.
    private static let catalogue = SourceCatalogue([
        InformationSource(
            id: "org1", adapterID: "a", timeToLive: .zero, fragmentPaths: [FragmentPath(entity: "Name")])
    ]).with(model: PersonModel(members: ["Name"]))

    private static func refusal(_ fields: [String], _ catalogue: SourceCatalogue = catalogue) -> LIFError? {
        let query = LIFQuery(
            learners: [LearnerIdentifier(identifier: "1", identifierType: "T")], selectedFields: fields)
        do throws(LIFError) {
            _ = try CanonicalQuery(query, catalogue: catalogue)
            return nil
        } catch {
            return error
        }
    }

    @Test("Fields of a query: their number, their bytes, their levels")
    func fields() {
        #expect(Self.refusal((0..<2_000).map { "Person.Name.f\($0)" }) == nil)
        #expect(
            Self.refusal((0..<2_001).map { "Person.Name.f\($0)" })?.message.contains("more than 2000 fields") == true)
        let start = "Person.Name."
        #expect(Self.refusal([start + String(repeating: "x", count: 1_024 - start.utf8.count)]) == nil)
        let long = start + String(repeating: "x", count: 1_025 - start.utf8.count)
        #expect(Self.refusal([long])?.message.contains("longer than 1024 bytes") == true)
        #expect(Self.refusal(["Person.Name" + String(repeating: ".a", count: 31)]) == nil)
        let deep = "Person.Name" + String(repeating: ".a", count: 32)
        #expect(Self.refusal([deep])?.message.contains("more than 32 levels deep") == true)
    }

    @Test("An unknown name of 64 bytes is repeated and compared with what is known, a longer one neither")
    func unknownName() throws {
        let known = String(repeating: "n", count: 64)
        let catalogue = SourceCatalogue([
            InformationSource(
                id: "org1", adapterID: "a", timeToLive: .zero, fragmentPaths: [FragmentPath(entity: known)])
        ]).with(model: PersonModel(members: [known]))
        let near = "x" + known.dropFirst()
        let told = try #require(Self.refusal(["Person.\(near)"], catalogue)).message
        #expect(told.hasPrefix("\"Person.\(near)\" is known neither") && told.contains("Did you mean Person.\(known)?"))
        let longer = try #require(Self.refusal(["Person.\(near)x"], catalogue)).message
        #expect(longer.hasPrefix("A selected field is known neither") && longer.contains("Known are Person.\(known)."))
        #expect(NearestNames.to(near, among: [known]) == [known])
        #expect(NearestNames.to(near + "x", among: [known]).isEmpty)
    }

    @Test("Of what is known 24 names are listed, and then how many more", arguments: [(24, ""), (25, " and 1 more")])
    func knownNames(count: Int, more: String) throws {
        let entities = (0..<count).map { "Aaaaa\(100 + $0)" }
        let catalogue = SourceCatalogue([
            InformationSource(
                id: "org1", adapterID: "a", timeToLive: .zero, fragmentPaths: entities.map(FragmentPath.init(entity:)))
        ]).with(model: PersonModel(members: entities))
        let message = try #require(Self.refusal(["Person.Zzzzzzzzzzzzzzzzzzz"], catalogue)).message
        #expect(message.hasSuffix("Person.Aaaaa123\(more)."), "\(message)")
    }

    @Test("Hops of a path and the bytes of an id, in the header, in JSON and from us")
    func federationPath() throws {
        let longest = String(repeating: "x", count: 128)
        #expect(try FederationPath(headerValues: [longest]).organizations == [longest])
        #expect(FederationPath.fault(in: longest) == nil && FederationPath.fault(in: longest + "x") != nil)
        #expect(throws: LIFError.self) { try FederationPath([longest + "x"]) }
        #expect(FederationPath().appending(longest).organizations == [longest])
        #expect(FederationPath().appending(longest + "x").isDirect)
        let sixteen = (1...16).map { "org\($0)" }
        #expect(try FederationPath(headerValues: sixteen).organizations == sixteen)
        #expect(try !FederationPath(Array(sixteen.dropLast())).isFull)
        for (hops, isTaken) in [(sixteen, true), (sixteen + ["org17"], false)] {
            var faults = DocumentFaults()
            let path = FederationPath(json: .array(hops.map(JSONValue.string)), faults: &faults)
            #expect(path.organizations == (isTaken ? hops : []) && faults.isEmpty == isTaken)
        }
    }

    @Test("Faults of a document: twenty are listed, a thousand are kept")
    func faults() {
        func faults(_ count: Int) -> DocumentFaults {
            var faults = DocumentFaults()
            for number in 0..<count { faults.add(.value, at: "\(number)", "Fault \(number).") }
            return faults
        }
        #expect(faults(20).error?.message.hasSuffix("Fault 19.") == true)
        #expect(faults(999).error?.faults.count == 999 && faults(1_000).error?.faults.count == 1_000)
        #expect(faults(1_001).error?.faults.count == 1_000 && faults(1_001).count == 1_001)
    }

    @Test("Digits of a duration: twenty, leading zeros among them")
    func digits() {
        #expect(Duration(text: String(repeating: "0", count: 18) + "15s") == .seconds(15))
        #expect(Duration(text: String(repeating: "0", count: 19) + "15s") == nil)
    }
}
