import Foundation
import LIFJSON
import LIFModel
import LIFTesting
import Testing

@testable import LIFIdentities

@Suite struct IdentityImportTests {
    private static let header =
        "lif_organization_person_id,target_system_id,target_system_person_id_type,target_system_person_id"

    private let store = MemoryIdentityStore()

    private func run(
        _ text: String, as format: IdentityImport.Format = .csv, skipping: Bool = false, pieces: Int = 7
    ) async throws -> IdentityImportReport {
        try await IdentityImport(into: store, organization: "own", skipsBadLines: skipping).run(
            Pieces(Array(text.utf8), of: pieces), as: format)
    }

    private func error(_ text: String, as format: IdentityImport.Format = .csv) async throws -> LIFError {
        let error = try #require(
            await #expect(throws: LIFError.self) { _ = try await run(text, as: format) })
        #expect(error.code == .identityMappingNotValid)
        #expect(error.message.contains("Nothing was imported"))
        #expect(!error.message.contains("cret") && !error.faults.contains { $0.message.contains("cret") })
        #expect(store.stagedCount == 0)
        #expect(try await store.changeNumber(of: .mapping) == 0)
        return error
    }

    private func targets(_ persons: String..., organization: String = "own") async throws -> [[String]] {
        try await store.mappings(of: persons, in: organization).map { mappings in
            mappings.map { "\($0.systemID) \($0.target.identifierType) \($0.target.identifier)" }
        }
    }

    @Test("CSV is read as RFC 4180 says, in pieces of any size", arguments: [1, 2, 7, 1_000])
    func csv(pieces: Int) async throws {
        let text = """
            \u{FEFF}target_system_id,lif_organization_id,lif_organization_person_id,mapping_id,\
            target_system_person_id,target_system_person_id_type\r
            sis,org,a,,1,ID\r
            "s,""i""s",,b,ignored,"line\none",Student number

            lms,,"c",,é,ID
            """.replacing("line\none", with: "line one")
        let report = try await run(text, pieces: pieces)
        #expect(report.lines == 3 && report.refused == 0)
        #expect(report.counts == IdentityImportCounts(added: 3))
        #expect(try await targets("a", organization: "org") == [["sis ID 1"]])
        #expect(
            try await targets("a", "b", "c") == [[], [#"s,"i"s Student number line one"#], ["lms ID é"]])
        #expect(try await store.mappings(of: ["b"], in: "own").first?.first?.id != "ignored")
        #expect(store.stagedCount == 0)
    }

    @Test("JSON lines are read, with organisation and id or without")
    func jsonLines() async throws {
        let text = """
            {"lif_organization_person_id":"a","target_system_id":"s","target_system_person_id_type":"ID",\
            "target_system_person_id":"1"}

            {"mapping_id":"x","lif_organization_id":"org","lif_organization_person_id":"\\"b\\"",\
            "target_system_id":"s","target_system_person_id_type":"ID","target_system_person_id":"2"}
            """
        let report = try await run(text, as: .jsonLines)
        #expect(report.counts == IdentityImportCounts(added: 2))
        #expect(try await targets("a") == [["s ID 1"]])
        #expect(try await targets("\"b\"", organization: "org") == [["s ID 2"]])
    }

    @Test("A second import changes what is different and counts the rest")
    func again() async throws {
        _ = try await run(Self.header + "\na,s,ID,1\nb,s,ID,2\nc,s,ID,3")
        let report = try await run(Self.header + "\na,s,ID,1\nb,s,ID,9\nd,s,ID,4\na,s,ID,1\n")
        #expect(report.lines == 4)
        #expect(report.counts == IdentityImportCounts(added: 1, changed: 1, unchanged: 2))
        #expect(try await targets("a", "b", "c", "d") == [["s ID 1"], ["s ID 9"], ["s ID 3"], ["s ID 4"]])
    }

    private static let bad = """

        a,s,ID,1
        secret,s,ID
        b,s,ID,"multi
        line"
        c,,ID,secret
        d,s,ID,se"cre"t
        a,s,ID,2
        e,s,ID,5
        f,s,ID,\u{1}secret
        """

    @Test("One bad line rejects the whole file, and each is reported by its number and reason")
    func refused() async throws {
        let error = try await error(Self.header + Self.bad)
        #expect(error.faults.map(\.place) == [3, 4, 6, 7, 8, 10].map { "line \($0)" })
        #expect(error.message.contains("6 of 8 lines"))
        #expect(error.message.contains("line 3: It has 3 fields; the first line names 4."))
        #expect(error.faults.contains(.init("line 8", "It says otherwise than line 2.")))
    }

    @Test("Bad lines can be skipped, and are reported nevertheless")
    func skipped() async throws {
        let report = try await run(Self.header + Self.bad, skipping: true)
        #expect(report.refused == 6 && report.lines == 8)
        #expect(report.counts == IdentityImportCounts(added: 2))
        #expect(try await targets("a", "e", "b", "d") == [["s ID 1"], ["s ID 5"], [], []])
    }

    @Test(
        "A file whose first line does not name the columns is refused, and the line is not repeated",
        arguments: [
            "secret,s,ID,1\n", "", "\u{FEFF}\r\n\n", "target_system_id\n", header + ",\n", header + "," + header,
            "\"secret\n",
            header + ",secret\n", "secret\"x,y\n",
        ])
    func wrongHeader(text: String) async throws {
        let message = try await error(text).message
        if !text.contains("secret") { #expect(message.contains("lif_organization_person_id")) }
    }

    @Test("A file that has only its first line imports nothing, and so does one without JSON lines")
    func noMappings() async throws {
        #expect(try await run(Self.header + "\n").lines == 0)
        #expect(try await run("", as: .jsonLines).lines == 0)
    }

    @Test("Who gives a file with one bad line learns how bad lines are skipped")
    func namesSkipping() async throws {
        let message = try await error(Self.header + "\na,s,ID\n").message
        #expect(message.contains("1 of 1 line cannot be used"))
        #expect(message.contains("--skip-bad") && message.contains("?skip_bad=true"))
    }

    @Test("Bad JSON lines are reported by number", arguments: ["[", "5", "{}", #"{"lif_organization_person_id":5}"#])
    func badJSON(line: String) async throws {
        let good =
            #"{"lif_organization_person_id":"a","target_system_id":"s","#
            + #""target_system_person_id_type":"ID","target_system_person_id":"1"}"#
        #expect(try await error(good + "\n\n" + line + "\n", as: .jsonLines).faults.map(\.place) == ["line 3"])
    }

    @Test("A quotation mark that is not closed, and a line without an end, are refused in bounded memory")
    func endless() async throws {
        _ = try await error(Self.header + "\na,s,ID,\"secret\nb,s,ID,2\n")
        let long = String(repeating: "secret", count: 20_000)
        #expect(try await error(Self.header + "\n" + long).message.contains("line 2"))
        _ = try await error(long, as: .jsonLines)
    }

    @Test("A file of nothing but bad lines is reported in bounded memory")
    func allBad() async throws {
        let error = try await error(Self.header + String(repeating: "\nx", count: 5_000))
        #expect(error.faults.count == IdentityImportReport.faultsKeptAtMost)
        #expect(error.message.contains("5000 of 5000") && error.message.contains("There are 4990 more."))
    }

    @Test("Without an organisation of our own each line must name one")
    func noOrganization() async throws {
        let error = await #expect(throws: LIFError.self) {
            _ = try await IdentityImport(into: store, organization: nil).run(
                Pieces(Array((Self.header + "\na,s,ID,1").utf8), of: 9), as: .csv)
        }
        #expect(error?.faults.map(\.place) == ["line 2"])
    }

    @Test("When the file breaks off nothing is imported, and nothing stays staged")
    func brokenOff() async throws {
        struct Gone: Error {}
        let text = Self.header + String(repeating: "\na,s,ID,1", count: 3_000)
        await #expect(throws: Gone.self) {
            _ = try await IdentityImport(into: store, organization: "own").run(
                Pieces(Array(text.utf8), of: 1_000, failure: Gone()), as: .csv)
        }
        #expect(store.stagedCount == 0)
        #expect(try await targets("a") == [[]])
    }

    @Test("What an earlier process left staged is dropped after a day, and not before")
    func leftBehind() async throws {
        let time = ManualTime()
        let line = IdentityImportLine(
            number: 2,
            mapping: IdentityMapping(
                organization: "own", person: "x", systemID: "s",
                target: LearnerIdentifier(identifier: "1", identifierType: "ID")))
        _ = try await store.stage([line], for: RandomID(), at: time.now)
        for (hours, left) in [(23, 1), (2, 0)] {
            time.advance(by: .seconds(hours * 3_600))
            _ = try await IdentityImport(into: store, organization: "own", now: { time.now }).run(
                Pieces([], of: 1), as: .jsonLines)
            #expect(store.stagedCount == left)
        }
    }
}

/// A text in pieces, and an error behind them.
struct Pieces: AsyncSequence, AsyncIteratorProtocol {
    private var rest: ArraySlice<UInt8>
    private let length: Int
    private let failure: (any Error)?

    init(_ text: [UInt8], of length: Int, failure: (any Error)? = nil) {
        rest = text[...]
        self.length = length
        self.failure = failure
    }

    func makeAsyncIterator() -> Self { self }

    mutating func next() async throws -> [UInt8]? {
        if rest.isEmpty, let failure { throw failure }
        if rest.isEmpty { return nil }
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }
}
