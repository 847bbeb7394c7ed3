import LIFIdentities
import LIFJSON
import LIFModel
import Testing

@Suite struct IdentityMappingTests {
    private static let text = #"""
        {"mapping_id":"4f9c","lif_organization_id":"org","lif_organization_person_id":"p \"1\"",
        "target_system_id":"sis","target_system_person_id_type":"School number","target_system_person_id":"é"}
        """#

    @Test("A mapping is read and written as deployed Identity Mappers have it")
    func roundTrip() throws {
        let mapping = try IdentityMapping(json: JSONParser.parse(Self.text))
        #expect(
            mapping
                == IdentityMapping(
                    id: "4f9c", organization: "org", person: "p \"1\"", systemID: "sis",
                    target: LearnerIdentifier(identifier: "é", identifierType: "School number")))
        #expect(mapping.target.identifierType == "School number")
        #expect([mapping].json.text == "[" + Self.text.replacing("\n", with: "") + "]")
    }

    @Test("Organisation and person may be left out where they are known, and members that are not known pass")
    func standard() throws {
        let mapping = try IdentityMapping(
            json: [
                "mapping_id": nil, "lif_organization_id": nil, "target_system_id": "s",
                "target_system_person_id_type": "t", "target_system_person_id": "i", "created_at": 5,
            ], organization: "org", person: "p")
        #expect([mapping.id, mapping.organization, mapping.person] == [nil, "org", "p"])
    }

    @Test(
        "What is missing or wrong is reported by its name, without its value",
        arguments: [
            ("target_system_id", nil, true), ("target_system_id", 5, true), ("target_system_id", "", false),
            ("target_system_person_id", "se\u{1}cret", false), ("target_system_person_id_type", [], true),
            ("lif_organization_person_id", .string(String(repeating: "secret", count: 171)), false),
            ("lif_organization_id", nil, true), ("mapping_id", "secret/", false), ("mapping_id", "", false),
            ("mapping_id", 5, true),
        ] as [(String, JSONValue?, Bool)])
    func faults(name: String, value: JSONValue?, isShape: Bool) throws {
        var object = try #require(try JSONParser.parse(Self.text).object)
        object[name] = value
        let error = #expect(throws: LIFError.self) { try IdentityMapping(json: .object(object)) }
        #expect(error?.code == .identityMappingNotValid && error?.isShapeError == isShape)
        #expect(error?.message.contains("\"\(name)\"") == true)
        #expect(error?.message.contains("cret") == false)
    }

    @Test("What is no object is no mapping", arguments: [[], "x", nil, 5] as [JSONValue])
    func noObject(json: JSONValue) {
        let error = #expect(throws: LIFError.self) { try IdentityMapping(json: json) }
        #expect(error?.isShapeError == true)
    }
}
