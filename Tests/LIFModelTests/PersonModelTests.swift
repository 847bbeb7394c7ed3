import LIFJSON
import LIFModel
import Testing

@Suite("The data model of Person")
struct PersonModelTests {
    private static func model(_ person: String, others: String = "") throws -> PersonModel {
        let text = #"{"components":{"schemas":{"Person":\#(person)\#(others.isEmpty ? "" : ",")\#(others)}}}"#
        return try PersonModel(openAPI: JSONParser.parse(Array(text.utf8)))
    }

    /// The names of a path in the model's spelling; `nil` where it does not know one.
    private static func names(_ model: PersonModel, _ path: String...) -> [String]? {
        var node = model.person
        var names: [String] = []
        for asked in path {
            guard let known = node[asked] else { return nil }
            names.append(known.name)
            node = known.node
        }
        return names
    }

    @Test(
        "The standard model has each enumeration of LIF's data model, and no other",
        .enabled(if: RealDataModel.isPresent, Comment(rawValue: RealDataModel.absence)))
    func enumerations() throws {
        func enumerations(_ node: PersonModel.Node, at path: String = "Person") -> [String: [JSONValue]] {
            let own = node.values.isEmpty ? [:] : [path: node.values]
            return node.members.reduce(into: own) { all, member in
                all.merge(enumerations(member.node, at: "\(path).\(member.name)")) { $1 }
            }
        }
        let known = enumerations(PersonModel.standard.person)
        #expect(try known == enumerations(RealDataModel.read().person))
        #expect(known.keys.sorted() == ["Person.Contact.Address.addressState"])
    }

    @Test(
        "The LIF data model is read whole",
        .enabled(if: RealDataModel.isPresent, Comment(rawValue: RealDataModel.absence)))
    func realModel() throws {
        let model = try RealDataModel.read()
        #expect(Set(model.members).isSuperset(of: PersonModel.standard.members.filter { $0 != "informationSourceId" }))
        #expect(Self.names(model, "Name", "firstName") == ["Name", "firstName"])
        #expect(
            Self.names(model, "positionPreferences", "travel", "Percentage")
                == ["PositionPreferences", "Travel", "percentage"])
        #expect(Self.names(model, "Name", "fristName") == nil)
        // Of a reference nothing is known but that it is there.
        let person = try #require(model["CourseLearningExperience"]?.node["assertedByRefPerson"]?.node)
        #expect(person.isOpen && person.names.isEmpty)
        #expect(model.person.count > 200)
    }

    @Test("It knows which members are lists")
    func lists() throws {
        let model = try Self.model(
            #"{"properties":{"Name":{"type":"array","properties":{"a":{"type":"string"},"Email":{"items":{}}}},"#
                + #""Home":{"type":"object","properties":{"b":{"type":["array","null"]}}}}}"#)
        let lists = ["Name", "Home"].compactMap { model[$0]?.node }
        #expect(lists.map(\.isList) == [true, false])
        #expect(lists.flatMap { $0.members.map(\.node.isList) } == [false, true, true])
    }

    @Test("The values that a model allows are kept, also after a reference and in items")
    func values() throws {
        let model = try Self.model(
            #"{"properties":{"E":{"properties":{"a":{"enum":["x",1]},"b":{"items":{"$ref":"V"}},"c":{}}}}}"#,
            others: #""V":{"enum":["y"]}"#)
        let entity = try #require(model["E"]?.node)
        #expect(entity["a"]?.node.values == ["x", .number(JSONNumber(1))])
        #expect(entity["b"]?.node.values == ["y"])
        #expect(entity["c"]?.node.values == [])
    }

    @Test("The values of a model count as its members do, so that no reference makes them too many")
    func tooManyValues() throws {
        let values = (0..<1_000).map { "\"v\($0)\"" }.joined(separator: ",")
        let members = (0..<300).map { #""m\#($0)":{"$ref":"V"}"# }.joined(separator: ",")
        #expect(throws: LIFError.self) {
            try Self.model(#"{"properties":{\#(members)}}"#, others: #""V":{"enum":[\#(values)]}"#)
        }
    }

    @Test("The standard model knows the entities and nothing below")
    func standard() throws {
        let name = try #require(PersonModel.standard["name"])
        #expect(name.name == "Name")
        #expect(name.node == .open)
        #expect(PersonModel.standard["Names"] == nil)
    }

    @Test("An exact name goes before one that differs in the case of its first letter")
    func exactFirst() throws {
        let model = try Self.model(
            #"{"properties":{"Identifier":{"properties":{"a":{}}},"identifier":{"properties":{"b":{}}},"Über":{}}}"#)
        #expect(Self.names(model, "identifier", "b") == ["identifier", "b"])
        #expect(Self.names(model, "Identifier", "A") == ["Identifier", "a"])
        #expect(Self.names(model, "iDentifier") == nil)
        #expect(Self.names(model, "über") == nil)
    }

    @Test("Two names that look the same and differ in their bytes are two")
    func bytes() throws {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        let model = PersonModel(
            person: PersonModel.Node([(composed, PersonModel.Node([("x", .open)]))]))
        #expect(model[composed]?.node.names == ["x"])
        #expect(model[decomposed] == nil)
    }

    @Test(
        "Members are found in arrays, after references and in compositions",
        arguments: [
            #"{"type":"array","properties":{"A":{"type":"array","properties":{"b":{"DataType":"string"}}}}}"#,
            #"{"type":"array","items":{"properties":{"A":{"items":{"items":{"properties":{"b":{}}}}}}}}"#,
            ##"{"properties":{"A":{"$ref":"#/components/schemas/Other"}}}"##,
            ##"{"properties":{"A":{"type":"array","items":{"$ref":"#/components/schemas/Other"}}}}"##,
            ##"{"properties":{"A":{"allOf":[{"properties":{"c":{}}},{"$ref":"#/components/schemas/Other"}]}}}"##,
            ##"{"oneOf":[{"properties":{"A":{}}},{"properties":{"A":{"$ref":"#/components/schemas/Other"}}}]}"##,
            ##"{"$ref":"#/components/schemas/Root"}"##,
        ])
    func shapes(person: String) throws {
        let model = try Self.model(
            person,
            others: ##""Other":{"properties":{"b":{}}},"Root":{"properties":{"A":{"$ref":"#/x/Other"}}}"##)
        #expect(Self.names(model, "A", "b") == ["A", "b"])
        #expect(model["A"]?.node.isOpen == false)
    }

    @Test("A schema inside itself is open where it comes again")
    func cycles() throws {
        let model = try Self.model(
            ##"{"properties":{"A":{"$ref":"#/components/schemas/Tree"},"Self":{"$ref":"#/components/schemas/Person"}}}"##,
            others: ##""Tree":{"properties":{"name":{},"child":{"items":{"$ref":"#/components/schemas/Tree"}}}}"##)
        #expect(Self.names(model, "A", "child") == ["A", "child"])
        #expect(model["A"]?.node["child"]?.node == PersonModel.Node([], isList: true))
        #expect(model["A"]?.node.isOpen == false)
        #expect(model["Self"]?.node == .open)
    }

    @Test("What allows other members, or refers to what is absent, is open")
    func open() throws {
        let model = try Self.model(
            #"""
            {"properties":{"Lost":{"$ref":"#/components/schemas/Lost"},
            "Free":{"properties":{"a":{}},"additionalProperties":true},
            "Typed":{"additionalProperties":{"type":"string"}},
            "Closed":{"properties":{"a":{}},"additionalProperties":false},
            "Leaf":{"DataType":"string"}}}
            """#)
        for name in ["Lost", "Free", "Typed", "Leaf"] { #expect(model[name]?.node.isOpen == true, "\(name)") }
        #expect(model["Free"]?.node.names == ["a"])
        #expect(model["Closed"]?.node.isOpen == false)
    }

    @Test("Names that no path can hold are left out")
    func unspeakable() throws {
        let model = try Self.model(#"{"properties":{"":{},"a.b":{},"c":{}}}"#)
        #expect(model.members == ["c"])
    }

    @Test(
        "A document without a model of Person is refused",
        arguments: [
            "null", "[]", "{}", #"{"components":{"schemas":{"Course":{"properties":{"a":{}}}}}}"#,
            #"{"components":{"schemas":{"Person":{}}}}"#, #"{"components":{"schemas":{"Person":"x"}}}"#,
            #"{"components":{"schemas":{"Person":{"properties":[]}}}}"#,
        ])
    func refused(text: String) throws {
        let document = try JSONParser.parse(Array(text.utf8))
        let error = #expect(throws: LIFError.self) { try PersonModel(openAPI: document) }
        #expect(error?.code == .configurationNotValid)
        #expect(error?.message.contains("Person") == true)
    }

    @Test("A small document that would become a huge model is refused soon")
    func bomb() throws {
        // Each of ten schemas refers to the next one ten times.
        let schemas = (0..<10).map { level in
            let members = (0..<10).map { ##""m\##($0)":{"$ref":"#/components/schemas/L\##(level + 1)"}"## }
            return #""L\#(level)":{"properties":{\#(members.joined(separator: ","))}}"#
        }
        let error = #expect(throws: LIFError.self) {
            try Self.model(
                ##"{"properties":{"A":{"$ref":"#/components/schemas/L0"}}}"##, others: schemas.joined(separator: ","))
        }
        #expect(error?.message.contains("too large") == true)
    }

    @Test("A chain of references or schemas inside one another does not exhaust the stack, and ends open")
    func deep() throws {
        let chain = (0..<5_000).map { ##""L\##($0)":{"$ref":"#/components/schemas/L\##($0 + 1)"}"## }
        let model = try Self.model(
            ##"{"properties":{"A":{"$ref":"#/components/schemas/L0"}}}"##, others: chain.joined(separator: ","))
        #expect(model["A"]?.node == .open)

        var nested = "{}"
        for _ in 0..<100 { nested = #"{"properties":{"a":\#(nested)}}"# }
        var node = try Self.model(nested).person
        var depth = 0
        while let next = node["a"]?.node {
            node = next
            depth += 1
        }
        #expect(depth == PersonModel.maximumDepth)
        #expect(node.isOpen)
    }

    @Test("Equal documents give equal models, and different ones different models")
    func equality() throws {
        let text = #"{"properties":{"A":{"properties":{"b":{}}}}}"#
        #expect(try Self.model(text) == Self.model(text))
        #expect(try Self.model(text).hashValue == Self.model(text).hashValue)
        #expect(try Self.model(text) != Self.model(#"{"properties":{"A":{"properties":{"c":{}}}}}"#))
        #expect(
            try Self.model(text) != Self.model(#"{"properties":{"A":{"properties":{"b":{"properties":{"c":{}}}}}}}"#))
    }
}
