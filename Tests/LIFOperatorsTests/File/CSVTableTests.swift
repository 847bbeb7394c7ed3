import LIFJSON
import LIFModel
import Testing

@testable import LIFOperators

@Suite struct CSVTableTests {
    private func table(_ text: String, _ format: CSVFormat = CSVFormat(identifierColumn: "id")) throws -> CSVTable {
        try CSVTable(Array(text.utf8), format: format, checkCancellation: {})
    }

    private func rows(
        _ text: String, of identifier: String = "1", _ format: CSVFormat = CSVFormat(identifierColumn: "id")
    ) throws -> String {
        try table(text, format).rows(of: .school(identifier)).text
    }

    @Test("The rows of a learner are objects in the order of the file, without what is empty")
    func plain() throws {
        let text = "id,title,hours\n1,Baker,20\n2,Cook,\n1,\"Miller\",\n"
        #expect(try rows(text) == #"[{"id":"1","title":"Baker","hours":"20"},{"id":"1","title":"Miller"}]"#)
        #expect(try rows(text, of: "2") == #"[{"id":"2","title":"Cook"}]"#)
        #expect(try rows(text, of: "3") == "[]")
    }

    @Test(
        "Line ends, a byte order mark and a missing last line end do not matter",
        arguments: [
            "id,t\n1,a\n", "id,t\r\n1,a\r\n", "\u{FEFF}id,t\r\n1,a", "id,t\n\n1,a\n   \n\n", "id,t\r1,a\r",
            "\u{FEFF}\"id\",\"t\"\n\"1\",\"a\"\n",
        ])
    func lineEnds(text: String) throws { #expect(try rows(text) == #"[{"id":"1","t":"a"}]"#) }

    @Test("Quoted fields hold delimiters, line breaks and quotation marks, as RFC 4180 says")
    func quoting() throws {
        let text = "id,t,u\r\n1,\"a,b\",\"say \"\"hi\"\"\"\r\n1,\"two\r\nlines\",\"\"\r\n2,x,\"\"\"\"\r\n"
        #expect(try rows(text) == #"[{"id":"1","t":"a,b","u":"say \"hi\""},{"id":"1","t":"two\r\nlines"}]"#)
        #expect(try rows(text, of: "2") == #"[{"id":"2","t":"x","u":"\""}]"#)
    }

    @Test("The last field of the last record may be empty")
    func lastFieldEmpty() throws {
        for end in ["", "\n"] {
            #expect(try rows("id,t\n2,x\n1,\(end)") == #"[{"id":"1"}]"#)
            #expect(try rows("id,t\n2,x\n1,\"\"\(end)") == #"[{"id":"1"}]"#)
        }
    }

    @Test("Other delimiters are taken", arguments: [Character(";"), "\t", "|", ":"])
    func delimiter(delimiter: Character) throws {
        let text = "id,t\n1,\"x,y\"\n".map { $0 == "," ? delimiter : $0 }
        let format = CSVFormat(identifierColumn: "id", delimiter: delimiter)
        #expect(try rows(String(text), format).contains(#""id":"1""#))
        #expect(CSVFormat.isDelimiter(delimiter))
    }

    @Test("Identifiers compare to the byte", arguments: [("é", "e\u{301}"), ("a", "A"), ("1", "01"), ("1", "1 ")])
    func bytes(left: String, right: String) throws {
        let text = "id,t\n\(left),left\n\(right),right\n"
        #expect(try rows(text, of: left).contains("left"))
        #expect(try !rows(text, of: left).contains("right"))
    }

    @Test("With a column for the type only rows of the learner's type are theirs")
    func type() throws {
        let text = "id,type,t\n1,School assigned number,a\n1,EMPLOYEE,b\n"
        let format = CSVFormat(identifierColumn: "id", identifierTypeColumn: "type")
        #expect(try rows(text, format) == #"[{"id":"1","type":"School assigned number","t":"a"}]"#)
    }

    @Test("Typed columns are numbers and booleans as JSON writes them")
    func types() throws {
        let format = CSVFormat(identifierColumn: "id", types: ["n": .number, "b": .boolean])
        #expect(
            try rows("id,n,b\n1,1.50,Yes\n1,-2e3,0\n1,,\n", format)
                == #"[{"id":"1","n":1.50,"b":true},{"id":"1","n":-2e3,"b":false},{"id":"1"}]"#)
    }

    @Test("A value that is not of its column's type is an invalid answer, which does not repeat it")
    func wrongType() throws {
        let format = CSVFormat(identifierColumn: "id", types: ["n": .number, "b": .boolean])
        for text in [
            "id,n,b\n1,12SECRET,\n", "id,n,b\n1,007,\n", "id,n,b\n1,\"1,5\",\n", "id,n,b\n1,,SECRET\n",
            "id,n,b\n1,true,\n",
        ] {
            let error = #expect(throws: LIFError.self) { try rows(text, format) }
            #expect(error?.reason == .invalidAnswer)
            #expect(error?.message.contains("SECRET") == false)
        }
        // Somebody else's broken value costs nobody else.
        #expect(try rows("id,n,b\n2,SECRET,\n1,3,\n", format) == #"[{"id":"1","n":3}]"#)
    }

    @Test(
        "A damaged table is an invalid answer, never somebody else's row",
        arguments: [
            "", "\n\n", "id,t\n1,a,b\n", "id,t\n1\n", "id,t\n1,\"open\n2,x\n3,y\n", "id,t\n1,a\"b\"c\n",
            "id,t\n1,\"a\"b\n", "id,id\n1,a\n", "nr,t\n1,a\n", "id,t\n1,a\u{2028}2,b\n", "id,t\n1,a\u{0B}2,b\n",
        ])
    func damaged(text: String) throws {
        let error = #expect(throws: LIFError.self) { try rows(text) }
        #expect(error?.reason == .invalidAnswer)
        #expect(error?.isRetryable == false)
    }

    @Test("What is not UTF-8 is an invalid answer")
    func encoding() throws {
        let bytes = Array("id,t\n1,".utf8) + [0xC4, 0x20] + Array("\n".utf8)
        #expect(throws: LIFError.self) {
            try CSVTable(bytes, format: CSVFormat(identifierColumn: "id"), checkCancellation: {})
        }
    }

    @Test("A record that does not fit is reported by its number")
    func number() throws {
        let text = "id,t\n" + (0..<1_000).map { "\($0),x\n" }.joined() + "7,x,y\n"
        let error = #expect(throws: LIFError.self) { try table(text) }
        #expect(error?.message.contains("3 fields in record 1002") == true)
    }

    @Test("Without an identifier column all rows are the learner's")
    func allRows() throws {
        #expect(try rows("t\na\nb\n", of: "whoever", CSVFormat()) == #"[{"t":"a"},{"t":"b"}]"#)
    }

    @Test("Columns without a name are left out")
    func nameless() throws { #expect(try rows("id,,t\n1,x,a\n") == #"[{"id":"1","t":"a"}]"#) }

    @Test("Every learner of a large table is found, across the pieces in which it is read")
    func many() throws {
        let text = "id,t\n" + (0..<3_000).map { "\($0 % 1_500),\"v\($0)\n,\"\n" }.joined()
        let table = try table(text)
        for identifier in [0, 511, 512, 1_499] {
            #expect(
                try table.rows(of: .school("\(identifier)")).elements.map { $0["t"]?.string }
                    == ["v\(identifier)\n,", "v\(identifier + 1_500)\n,"])
        }
    }

    @Test("Reading stops when it is cancelled")
    func cancelled() throws {
        var calls = 0
        #expect(throws: CancellationError.self) {
            _ = try CSVTable(
                Array(("id\n" + String(repeating: "1\n", count: 5_000)).utf8),
                format: CSVFormat(identifierColumn: "id")
            ) {
                calls += 1
                if calls > 2 { throw CancellationError() }
            }
        }
        #expect(calls == 3)
    }
}
