import LIFComposer
import LIFJSON
import LIFModel
import Synchronization
import Testing

@Suite struct ComposerTests {
    /// A branch from what each source has there, in configuration order.
    private func branch(_ entity: String, _ members: String...) throws -> [Fragment] {
        try members.compactMap { FragmentContent(member: try RawJSON(validating: Array($0.utf8))) }.map {
            Fragment(path: FragmentPath(entity: entity), content: $0)
        }
    }

    /// A projection from fields below `Person`, such as `Name.firstName`.
    private func projection(_ fields: String...) -> Projection {
        Projection(
            fields.map { field in
                let names = field.split(separator: ".").map(String.init)
                return (FragmentPath(entity: names[0]), Array(names.dropFirst()))
            })
    }

    private func record(_ branches: [[Fragment]], _ projection: Projection = .whole) -> String? {
        Composer.record(branches.flatMap { $0 }, projection: projection).person?.text
    }

    // MARK: Joining

    @Test("An entity's items are those of all sources in configuration order; equal ones stay")
    func items() throws {
        let branches = [
            try branch("Name", #"[{"n":2},{"n":1}]"#, #"{"n":1}"#, #"[{"n":3}]"#), try branch("Contact", #"[{"c":1}]"#),
        ]
        #expect(record(branches) == #"{"Name":[{"n":2},{"n":1},{"n":1},{"n":3}],"Contact":[{"c":1}]}"#)
    }

    @Test("Of a scalar under Person the first source's counts")
    func scalars() throws {
        #expect(
            record([try branch("informationSourceId", #""org1""#, #""org2""#)]) == #"{"informationSourceId":"org1"}"#)
        #expect(record([try branch("active", "false", "true")]) == #"{"active":false}"#)
    }

    @Test("Where one source has an entity, another's scalar is no item of it and does not hide it")
    func mixed() throws {
        #expect(record([try branch("Name", #"[{"n":1}]"#, #""x""#, #"[{"n":2}]"#)]) == #"{"Name":[{"n":1},{"n":2}]}"#)
        #expect(record([try branch("Name", #""x""#, #"[{"n":1}]"#)]) == #"{"Name":[{"n":1}]}"#)
    }

    @Test("A branch without content gives no member, and a record without members is empty")
    func empty() throws {
        #expect(record([]) == nil)
        #expect(record([try branch("Name"), try branch("Contact", "[]", "null")]) == nil)
        #expect(record([try branch("Name"), try branch("Contact", "[1]")]) == #"{"Contact":[1]}"#)
        #expect(Composer.record([]).json.text == #"{"Person":[]}"#)
    }

    @Test("Bytes are spliced as they were written: numbers, escapes, order and doubled names")
    func bytes() throws {
        let item = #"{"b":1.0,"a":1e2,"s":"\u00e9é\/","b":-0,"big":123456789012345678901234567890}"#
        #expect(record([try branch("Name", "[\(item)]", item)]) == #"{"Name":[\#(item),\#(item)]}"#)
    }

    @Test("Whole fragments are joined without parsing, however many; a projection parses")
    func parsesNothing() throws {
        let branches = [
            try branch("Name", #"[{"n":1}]"#, #"[{"n":"\u00e9"}]"#), try branch("informationSourceId", #""org\u0031""#),
        ]
        let parses = Mutex(0)
        JSONParser.$onParse.withValue({ parses.withLock { $0 += 1 } }) {
            _ = Composer.record(branches.flatMap { $0 }, projection: projection("Contact.x"))
            #expect(parses.withLock { $0 } == 0)
            _ = Composer.record(branches.flatMap { $0 }, projection: projection("Name.n"))
            #expect(parses.withLock { $0 } > 0)
        }
    }

    // MARK: Projection

    @Test("A deeper field keeps only what it names, in the stored order and spelling")
    func deeper() throws {
        let branches = [
            try branch("Name", #"[{"lastName":"B","firstName":"A","middle":1.50},{"firstName":"C"},{"x":1}]"#),
            try branch("Contact", #"[{"c":1,"d":2}]"#),
        ]
        #expect(
            record(branches, projection("Name.firstName", "Name.middle"))
                == #"{"Name":[{"firstName":"A","middle":1.50},{"firstName":"C"},{}],"Contact":[{"c":1,"d":2}]}"#)
    }

    @Test("A field that is a prefix of another is structure only, whatever the order asked")
    func prefixes() throws {
        let branches = [try branch("P", #"[{"Travel":{"percentage":5,"other":1},"x":1}]"#)]
        let expected = #"{"P":[{"Travel":{"percentage":5}}]}"#
        #expect(record(branches, projection("P", "P.Travel", "P.Travel.percentage")) == expected)
        #expect(record(branches, projection("P.Travel.percentage", "P.Travel", "P")) == expected)
        #expect(record(branches, projection("P.Travel")) == #"{"P":[{"Travel":{"percentage":5,"other":1}}]}"#)
    }

    @Test("Arrays below are projected item by item; what has nothing below is left out")
    func arrays() throws {
        let branches = [
            try branch("P", #"[{"Travel":[{"p":1,"q":2},{"q":3},7,[{"p":4}]]},{"Travel":"none"},{"Travel":null}]"#)
        ]
        #expect(record(branches, projection("P.Travel.p")) == #"{"P":[{"Travel":[{"p":1},{},[{"p":4}]]},{},{}]}"#)
    }

    @Test("Below a scalar there is nothing: items and members that are scalars are left out of a deeper projection")
    func belowScalars() throws {
        #expect(record([try branch("tags", #"["a",{"x":1}]"#)], projection("tags.x")) == #"{"tags":[{"x":1}]}"#)
        let branches = [try branch("informationSourceId", #""org1""#), try branch("Name", "[1]")]
        #expect(record(branches, projection("informationSourceId.x")) == #"{"Name":[1]}"#)
        #expect(record([branches[0]], projection("informationSourceId.x")) == nil)
    }

    @Test("Names match exactly first, then by the case of their first letter, and keep the stored spelling")
    func spelling() throws {
        let both = [try branch("P", #"[{"Identifier":[{"a":1}],"identifier":"x"}]"#)]
        #expect(record(both, projection("P.identifier")) == #"{"P":[{"identifier":"x"}]}"#)
        #expect(record(both, projection("P.Identifier")) == #"{"P":[{"Identifier":[{"a":1}]}]}"#)
        let one = [try branch("P", #"[{"Identifier":1,"IDENTIFIER":2}]"#)]
        #expect(record(one, projection("P.identifier")) == #"{"P":[{"Identifier":1}]}"#)
        #expect(record(one, projection("P.iDENTIFIER")) == #"{"P":[{"IDENTIFIER":2}]}"#)
        #expect(record(one, projection("P.identifieR")) == #"{"P":[{}]}"#)
    }

    @Test("One name asked for in two spellings counts as one: its deeper fields add up, and a prefix stays structure")
    func twoSpellings() throws {
        let branches = [try branch("P", #"[{"Name":{"first":1,"last":2,"x":3}}]"#)]
        for _ in 0..<20 {
            #expect(
                record(branches, projection("P.Name.first", "P.name.last")) == #"{"P":[{"Name":{"first":1,"last":2}}]}"#
            )
            #expect(record(branches, projection("P.name", "P.Name.first")) == #"{"P":[{"Name":{"first":1}}]}"#)
        }
    }

    @Test("A projection applies to the items of every source")
    func allSources() throws {
        let branches = [try branch("Name", #"[{"a":1,"b":2}]"#, #"{"A":3,"b":4}"#)]
        #expect(record(branches, projection("Name.a")) == #"{"Name":[{"a":1},{"A":3}]}"#)
    }
}
