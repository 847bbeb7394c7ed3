import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFQueryPlanner

/// Whose the records and items of a deployed LIF Cache are.
@Suite struct RecordOwnershipTests {
    private static let name = FragmentPath(entity: "Name")
    private static let award = FragmentPath(entity: "CredentialAward")
    private static let preferences = FragmentPath(entity: "EmploymentPreferences")
    private static let learner = LearnerIdentifier(identifier: "100006", identifierType: "SCHOOL_ASSIGNED_NUMBER")

    /// As in the deployed demonstration: two partners, and a source of the organisation's own.
    private static let sources = [
        InformationSource(
            id: "org2", organization: "Org2", adapterID: "lif-to-lif", timeToLive: .seconds(1), fragmentPaths: [name]),
        InformationSource(
            id: "partner-three", organization: "Org3", adapterID: "lif-to-lif", timeToLive: .seconds(1),
            fragmentPaths: [award]),
        InformationSource(
            id: "org1-hr", organization: "Org1", adapterID: "rest", timeToLive: .seconds(1),
            fragmentPaths: [preferences]),
    ]
    private static let known = RecordOwnership(organization: "ORG1", sources: sources)
    private static let unknown = RecordOwnership(organization: nil, sources: sources)

    private func items(_ text: String, at path: FragmentPath, _ ownership: RecordOwnership) throws -> String? {
        ownership.content(of: try raw(#"{"\#(path.entity)":\#(text)}"#), at: path)?.items.text
    }

    @Test("With a configured organisation, its own items alone are taken, whatever the case of their mark")
    func configured() throws {
        let items = #"""
            [{"n":1,"informationSourceId":"Org1"},{"n":2,"informationSourceId":"Org2"},{"n":3},
             {"n":4,"informationSourceId":"org1"},{"n":5,"informationSourceId":"Org9"},{"n":6,"InformationSourceId":"oRG1"}]
            """#
        #expect(
            try self.items(items, at: Self.award, Self.known)
                == #"[{"n":1,"informationSourceId":"Org1"},{"n":4,"informationSourceId":"org1"},"#
                + #"{"n":6,"InformationSourceId":"oRG1"}]"#)
        #expect(try self.items(#"[{"informationSourceId":"Org2"},{"n":1}]"#, at: Self.award, Self.known) == nil)
    }

    @Test("Without one, what carries a source's name or its organisation's is a copy; the rest is taken")
    func notConfigured() throws {
        let items = #"""
            [{"n":1,"informationSourceId":"Org1"},{"n":2,"informationSourceId":"org2"},{"n":3,"informationSourceId":"ORG3"},
             {"n":4},{"n":5,"informationSourceId":"org1-HR"},{"n":6,"informationSourceId":""},
             {"n":7,"informationSourceId":"PARTNER-three"},{"n":8,"informationSourceId":null},
             {"n":9,"informationSourceId":"Org9"}]
            """#
        let taken = try #require(try self.items(items, at: Self.award, Self.unknown))
        #expect(try raw(taken).elements.map { $0["n"]?.text } == ["1", "4", "6", "8", "9"])
    }

    @Test(
        "The organisation of our own source may be ours: its name marks copies only where the source supplies the path")
    func ownSource() throws {
        let item = #"[{"informationSourceId":"Org1"}]"#
        #expect(try items(item, at: Self.award, Self.unknown) != nil)
        #expect(try items(item, at: Self.preferences, Self.unknown) == nil)
        #expect(try items(item, at: Self.preferences, Self.known) != nil)
    }

    @Test("Of equal items one is taken, for a deployed planner appends what a source of ours gives at each refresh")
    func appended() throws {
        let unmarked = #"[{"t":1},{"t":1},{"t":2},{"t":1}]"#
        #expect(try items(unmarked, at: Self.preferences, Self.unknown) == #"[{"t":1},{"t":2}]"#)
        let marked = #"{"t":1,"informationSourceId":"Org1"}"#
        #expect(try items("[\(marked),\(marked)]", at: Self.preferences, Self.known) == "[\(marked)]")
    }

    @Test("A scalar is ours, a single object is when its mark says so, and nothing is nothing")
    func otherMembers() throws {
        for ownership in [Self.known, Self.unknown] {
            let scalar = FragmentPath(entity: "informationSourceId")
            #expect(try items(#""Org2""#, at: scalar, ownership) == #"["Org2"]"#)
            #expect(try items(#"{"informationSourceId":"Org2","n":1}"#, at: Self.award, ownership) == nil)
            #expect(try items(#"{"informationSourceId":"Org1","n":1}"#, at: Self.award, ownership) != nil)
            for nothing in ["null", "[]", "{}", "[{}]", "[null,{}]"] {
                #expect(try items(nothing, at: Self.award, ownership) == nil)
            }
        }
    }

    @Test("A source of our own that supplies identifiers makes no stranger of our learner")
    func ownIdentifierSource() throws {
        let sis = InformationSource(
            id: "org1-sis", organization: "Org1", adapterID: "rest", timeToLive: .seconds(1),
            fragmentPaths: [FragmentPath(entity: "Identifier")])
        let own = try record(#","informationSourceId":"Org1""#)
        let ownership = RecordOwnership(organization: nil, sources: Self.sources + [sis])
        #expect(try found([own], ownership) == .record(own))
        #expect(try found([record(#","informationSourceId":"org1-sis""#)], ownership) == .others)
    }

    private func record(_ identifiers: String..., rest: String = "") throws -> LIFRecord {
        let entries = identifiers.map {
            #"{"identifier":"100006","identifierType":"School-assigned number"\#($0)}"#
        }
        return LIFRecord(person: try raw(#"{"Identifier":[\#(entries.joined(separator: ","))]\#(rest)}"#))
    }

    private func found(
        _ records: [LIFRecord], _ ownership: RecordOwnership
    ) throws -> RecordReader.Found? {
        try RecordReader.match(records, to: [Self.learner], ownership: ownership)[Self.learner]
    }

    @Test("A record that names the learner by another organisation's identifier alone is somebody else's")
    func strangersIdentifier() throws {
        let stranger = try record(#","informationSourceId":"Org2""#, rest: #","Name":[{"lastName":"Other"}]"#)
        for ownership in [Self.known, Self.unknown] {
            #expect(try found([stranger], ownership) == .others)
            let own = try record(#","informationSourceId":"Org2""#, #","informationSourceId":"Org1""#)
            #expect(try found([own], ownership) == .record(own))
            #expect(try found([stranger, own], ownership) == .record(own))
            #expect(try found([own, stranger], ownership) == .record(own))
            // As a deployed planner makes the record of a learner whom it asked sources about.
            let made = try record("", #","informationSourceId":"Org2""#)
            #expect(try found([made], ownership) == .record(made))
            #expect(try found([own, made], ownership) == .several)
            #expect(try found([], ownership) == .nothing)
        }
    }

    @Test("An answer that names nobody who was asked for is refused, and not taken for empty")
    func strangers() throws {
        let odd = [
            LIFRecord(person: try raw("{}")), LIFRecord(person: try raw(#"{"Identifier":"SECRET"}"#)),
            LIFRecord(person: try raw(#"{"Identifier":[{"identifier":"SECRET","identifierType":"T"}]}"#)),
        ]
        for records in odd.map({ [$0] }) + [odd] {
            let error = #expect(throws: LIFError.self) { try found(records, Self.known) }
            #expect(error?.code == .neighbourNotAvailable && error?.reason == .invalidAnswer)
            #expect(error?.message.contains("SECRET") == false)
        }
        let own = try record("")
        #expect(try found(odd + [own], Self.known) == .record(own), "beside others it costs nobody")
    }
}
