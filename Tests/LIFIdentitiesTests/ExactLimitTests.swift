import LIFModel
import LIFTesting
import Testing

@testable import LIFIdentities

@Suite("An import that is exactly as large as is allowed, and one larger")
struct ExactLimitTests {
    @Test(
        "A record of an import, without its line end and the mark before the first one, in pieces of any size",
        arguments: ["\n", "\r\n", ""], ["", "\u{FEFF}"])
    func record(end: String, mark: String) throws {
        let limit = ImportRecords.maximumBytes
        for (size, isTaken) in [(limit, true), (limit + 1, false)] {
            let text = Array((mark + String(repeating: "x", count: size) + end).utf8)
            for piece in [text.count, limit + 3, limit + 1, 1_000] {
                var records = ImportRecords(hasQuotes: true)
                var sizes: [Int] = []
                do throws(LIFError) {
                    for begin in stride(from: 0, to: text.count, by: piece) {
                        sizes += try records.take(Array(text[begin..<min(begin + piece, text.count)]))
                            .map(\.bytes.count)
                    }
                    sizes += try records.finish().map(\.bytes.count)
                    #expect(isTaken && sizes == [limit], "in pieces of \(piece)")
                } catch {
                    #expect(!isTaken, "in pieces of \(piece)")
                }
            }
        }
    }

    @Test("Each text of a mapping", arguments: ["person", "system", "type", "identifier"])
    func mapping(field: String) async throws {
        for (count, isTaken) in [(1_024, true), (1_025, false)] {
            var values = ["person": "p", "system": "s", "type": "T", "identifier": "1"]
            values[field] = String(repeating: "x", count: count)
            let text =
                "lif_organization_person_id,target_system_id,target_system_person_id_type,target_system_person_id\n"
                + ["person", "system", "type", "identifier"].compactMap { values[$0] }.joined(separator: ",")
            let report = try await IdentityImport(
                into: MemoryIdentityStore(), organization: "own", skipsBadLines: true
            ).run(Pieces(Array(text.utf8), of: 7), as: .csv)
            #expect(report.refused == (isTaken ? 0 : 1))
            #expect(report.faults.allSatisfy { $0.message.contains("longer than 1024 bytes") })
        }
    }

    @Test("Bad lines of an import: ten are listed, a thousand are kept")
    func badLines() {
        func report(_ count: Int) -> IdentityImportReport {
            var report = IdentityImportReport()
            for number in 1...count { report.refuse(number, "is bad.") }
            return report
        }
        #expect(report(10).error.message.hasSuffix("line 10: is bad."))
        #expect(report(11).error.message.hasSuffix("line 10: is bad. There are 1 more."))
        #expect(report(1_000).faults.count == 1_000)
        #expect(report(1_001).faults.count == 1_000 && report(1_001).refused == 1_001)
    }
}
