import LIFJSON
import LIFPartner
import Testing

@Suite("A partner's records")
struct PartnerRecordsTests {
    @Test("Each example learner is held by two of the three organisations")
    func examples() throws {
        var holders: [String: [String]] = [:]
        for organisation in TestData.organisations {
            let records = try PartnerRecords(folder: TestData.exampleFolder(organisation))
            #expect(records.people.count == 4)
            for number in 100_001...100_006 {
                let key = PartnerRecords.Key(identifier: "\(number)", identifierType: "School assigned number")
                if !records.people(matching: [key]).isEmpty { holders["\(number)", default: []].append(organisation) }
            }
        }
        #expect(
            holders == [
                "100001": ["org2", "org3"], "100002": ["org2", "org3"], "100003": ["org1", "org2"],
                "100004": ["org1", "org3"], "100005": ["org1", "org3"], "100006": ["org1", "org2"],
            ])
    }

    @Test("A learner is found by identifier and type token, to the byte, and given once")
    func keys() throws {
        let records = try TestData.records(
            #"{"Identifier":[{"identifier":"é","identifierType":"Student card"},{"identifier":"2"}]}"#,
            #"{"Identifier":[{"identifier":"é","identifierType":"Other"}]}"#)
        func count(_ identifier: String, _ type: String?) -> Int {
            records.people(matching: [PartnerRecords.Key(identifier: identifier, identifierType: type)]).count
        }
        #expect(count("é", "STUDENT_CARD") == 1)
        #expect(count("é", nil) == 2)
        #expect(count("e\u{301}", nil) == 0)
        #expect(count("2", "STUDENT_CARD") == 0)
        let both = ["é", "2"].map { PartnerRecords.Key(identifier: $0, identifierType: nil) }
        #expect(records.people(matching: both + both).count == 2)
        #expect(records.identifierTypes == ["STUDENT_CARD", "", "OTHER"])
    }

    @Test(
        "A file at fault is named",
        arguments: [
            (["a.json": "{\"Person\":[{}]}", "b.json": "{"], "The file 'b.json' is not JSON"),
            (["c.json": "{\"Course\":[]}"], "The file 'c.json' is no LIF record"),
            (["d.json": "{\"Person\":[{},{}]}"], "The file 'd.json' is no LIF record"),
            (["e.json": "{\"Person\":[]}"], "The file 'e.json' is no LIF record"),
            (["f.txt": ""], "holds no JSON files"),
        ])
    func faults(files: [String: String], message: String) async throws {
        try await TestData.withFolder(files) { folder in
            let error = #expect(throws: PartnerError.self) { try PartnerRecords(folder: folder) }
            #expect(error?.message.contains(message) == true)
        }
    }

    @Test("A folder that is not there is an error")
    func noFolder() {
        #expect(throws: PartnerError.self) { try PartnerRecords(folder: TestData.exampleFolder("org9")) }
    }

    @Test("'person' and one object instead of an array are read, too")
    func otherSpellings() throws {
        let records = try PartnerRecords(records: [
            ("a", ["person": ["Identifier": [["identifier": "1"]]]]), ("b", ["Person": ["Name": []]]),
        ])
        #expect(records.people.count == 2)
    }
}
