import LIFJSON
import LIFModel
import Testing

@Suite("Names and paths")
struct LIFNameTests {
    @Test(
        "Names match exactly or but for the case of the first letter",
        arguments: [("Name", "Name"), ("Name", "name"), ("credentialAward", "CredentialAward"), ("x", "X"), ("", "")])
    func matching(left: String, right: String) {
        #expect(LIFName.matches(left, right))
        #expect(LIFName.matches(right, left))
    }

    @Test(
        "Anything else is another name",
        arguments: [
            ("Name", "NAME"), ("Name", "Names"), ("name", ""), ("", "name"), ("Name", "ame"), ("@x", "`x"),
            ("[x", "{x"),
            ("1x", "\u{11}x"), ("\u{C3}bc", "\u{301C}bc"), ("Ãbc", "ãbc"), ("E\u{301}x", "ex"), ("e\u{301}", "\u{E9}"),
        ])
    func notMatching(left: String, right: String) {
        #expect(!LIFName.matches(left, right))
        #expect(!LIFName.matches(right, left))
    }

    @Test("Of two that match the exact one is found, wherever it stands")
    func finding() {
        #expect(LIFName.find("identifier", among: ["Identifier", "identifier"]) == "identifier")
        #expect(LIFName.find("Identifier", among: ["identifier", "Identifier"]) == "Identifier")
        #expect(LIFName.find("name", among: ["Identifier", "Name"]) == "Name")
        #expect(LIFName.find("email", among: ["Identifier", "Name"]) == nil)
        #expect(LIFName.find("email", among: []) == nil)
    }

    @Test("A member of an object is found by its LIF name")
    func members() throws {
        let object = try RawJSON(validating: Array(#"{"Identifier":[1],"identifier":"x","Name":2,"Name":3}"#.utf8))
        #expect(object.member(named: "identifier")?.text == "\"x\"")
        #expect(object.member(named: "Identifier")?.text == "[1]")
        #expect(object.member(named: "name")?.text == "3")
        #expect(object.member(named: "Contact") == nil)
    }

    @Test(
        "The person of a record stands under Person or person, in an array or not",
        arguments: [
            #"{"Person":[{"a":1}]}"#, #"{"person":[{"a":1}]}"#, #"{"Person":{"a":1}}"#, #"{"person":{"a":1}}"#,
            #"{"Course":[],"Person":[{"a":1}],"Organization":{}}"#,
        ])
    func personOfRecord(text: String) throws {
        #expect(try RawJSON(validating: Array(text.utf8)).personOfRecord?.text == #"{"a":1}"#)
    }

    @Test(
        "A document without an object under Person has no person",
        arguments: [
            #"{}"#, #"[]"#, #"{"Person":[]}"#, #"{"Person":null}"#, #"{"Person":["x"]}"#, #"{"Course":{"a":1}}"#, "1",
        ])
    func noPerson(text: String) throws {
        #expect(try RawJSON(validating: Array(text.utf8)).personOfRecord == nil)
    }

    @Test("A record writes its person under the canonical root")
    func record() throws {
        let record = LIFRecord(person: try RawJSON(validating: Array(#"{"a":1.0}"#.utf8)))
        #expect(record.json.text == #"{"Person":[{"a":1.0}]}"#)
        #expect(!record.isEmpty)
        #expect(LIFRecord(person: nil).json.text == #"{"Person":[]}"#)
        #expect(LIFRecord(person: nil).isEmpty)
    }

    @Test("A fragment path is Person and one member, in any of its spellings")
    func fragmentPaths() {
        for text in ["Person.Name", "person.Name", "$.Person.Name", "$.person.Name"] {
            #expect(FragmentPath(parsing: text)?.description == "Person.Name")
        }
        #expect(FragmentPath(parsing: "person.credentialAward")?.entity == "credentialAward")
        for text in [
            "Person", "Person.Name.firstName", "Course.Name", "Name", "", "Person.", "Person..Name", "$Person.Name",
        ] {
            #expect(FragmentPath(parsing: text) == nil, "\(text)")
        }
    }

    @Test("A field path may have any depth")
    func fieldPaths() {
        #expect(FieldPath(parsing: "Person")?.segments == [])
        #expect(
            FieldPath(parsing: "$.person.Contact.Email.emailAddress")?.segments == ["Contact", "Email", "emailAddress"])
        #expect(FieldPath(parsing: "person.a.b")?.description == "Person.a.b")
        for text in ["", "$", ".", "Person.", "Person.a..b", "PERSON.a"] {
            #expect(FieldPath(parsing: text) == nil, "\(text)")
        }
    }
}
