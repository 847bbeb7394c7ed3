import LIFHTTP
import LIFJSON
import LIFModel
import LIFTesting
import LIFWorkflow
import Testing

@testable import LIFOperators

@Suite("A partner whose schema is far larger than what is asked for", .timeLimit(.minutes(1)))
struct LargeSchemaTests {
    /// A LIF API's schema with many more fields at `Person`, each of a type with many leaves: written out, it would be
    /// hundreds of megabytes.
    private static func introspection(fields: Int, leaves: Int) -> [UInt8] {
        func field(_ name: String, _ type: String, args: String = "") -> String {
            #"{"name":"\#(name)","args":[\#(args)],"type":{"kind":"OBJECT","name":"\#(type)","ofType":null}}"#
        }
        func object(_ name: String, _ fields: [String]) -> String {
            #"{"kind":"OBJECT","name":"\#(name)","fields":[\#(fields.joined(separator: ","))]}"#
        }
        func input(_ name: String, _ fields: [String]) -> String {
            #"{"kind":"INPUT_OBJECT","name":"\#(name)","inputFields":[\#(fields.joined(separator: ","))]}"#
        }
        let types = [
            object("Query", [field("person", "Human", args: field("filter", "Filter"))]),
            input("Filter", [field("Identifier", "Who")]),
            input("Who", [field("identifier", "String"), field("identifierType", "String")]),
            object("Human", [field("Name", "Name")] + (0..<fields).map { field("f\($0)", "Big") }),
            object("Name", [field("firstName", "String")]),
            object("Big", (0..<leaves).map { field("l\($0)", "String") }),
            #"{"kind":"SCALAR","name":"String"}"#,
        ]
        let schema = #"{"queryType":{"name":"Query"},"types":[\#(types.joined(separator: ","))]}"#
        return Array(#"{"data":{"__schema":\#(schema)}}"#.utf8)
    }

    private static func answer(
        _ asked: SourceServer.Asked, _ introspection: [UInt8]
    ) -> SourceServer.Reply {
        asked.json["query"]?.string?.contains("__schema") == true
            ? SourceServer.Reply(status: 200, body: introspection)
            : .json(#"{"data":{"person":[{"Name":{"firstName":"Ada"}}]}}"#)
    }

    @Test("Only what is asked for is written out, so it is answered as from any other partner")
    func asked() async throws {
        let introspection = Self.introspection(fields: 20_000, leaves: 9_000)
        #expect(introspection.count > 2_000_000)
        try await SourceServer.with({ Self.answer($0, introspection) }) { server in
            let source = server.partner()
            let (clock, start) = (ContinuousClock(), ContinuousClock.now)
            let run = try await Running.of(source, paths: ["Name"])
            #expect(clock.now - start < .seconds(30))
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
            #expect(server.queries.count == 1)
            #expect(server.queries.first?["query"]?.string?.contains("{ Name { firstName } }") == true)
            #expect(try await source.check() == "answers as a LIF API with 20001 entities")
        }
    }

    @Test("An entity with more fields than a query may name fails alone, and says why")
    func tooLarge() async throws {
        let introspection = Self.introspection(fields: 3, leaves: 10_001)
        try await SourceServer.with({ Self.answer($0, introspection) }) { server in
            let run = try await Running.of(server.partner(), paths: ["Name", "f1"])
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
            #expect(run["f1"] == nil)
            let failure = run.report.failures[FragmentPath(entity: "f1")]
            #expect(failure?.reason == .invalidAnswer && failure?.message.contains("more fields") == true)
            #expect(run.report.failures.count == 1)
        }
    }

    @Test("A schema that is larger than any is not read: the query is made from the data model")
    func notRead() async throws {
        let introspection = Self.introspection(fields: 60_000, leaves: 3)
        #expect(introspection.count > 4 << 20)
        try await SourceServer.with({ Self.answer($0, introspection) }) { server in
            let model = try PersonModel.made(#""Name":{"properties":{"firstName":{}}}"#)
            let run = try await Running.of(server.partner(model: model), paths: ["Name"])
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
        }
    }

    @Test("An answer with very many errors costs the entities that they are at")
    func errors() async throws {
        let message = "Cannot return null for non-nullable field " + String(repeating: "x", count: 40)
        let errors = (0..<20_000).map {
            #"{"message":"\#(message)","path":["person",0,"f0",\#($0),"l\#($0 % 7)"]}"#
        }
        let data = #"{"person":[{"Name":{"firstName":"Ada"},"f0":null}]}"#
        let body = Array(#"{"data":\#(data),"errors":[\#(errors.joined(separator: ","))]}"#.utf8)
        let introspection = Self.introspection(fields: 1, leaves: 7)
        try await SourceServer.with({ asked in
            asked.json["query"]?.string?.contains("__schema") == true
                ? SourceServer.Reply(status: 200, body: introspection) : SourceServer.Reply(status: 200, body: body)
        }) { server in
            let run = try await Running.of(server.partner(), paths: ["Name", "f0"])
            #expect(run["Name"] == #"[{"firstName":"Ada"}]"#)
            #expect(run.report.failures[FragmentPath(entity: "f0")]?.reason == .sourceError)
        }
    }
}
