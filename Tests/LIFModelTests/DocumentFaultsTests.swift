import LIFJSON
import LIFModel
import Testing

@Suite struct DocumentFaultsTests {
    @Test("Without a fault there is no error")
    func none() throws {
        let faults = DocumentFaults()
        #expect(faults.isEmpty && faults.error == nil)
        try faults.check()
    }

    @Test("The error has each fault with its place, and its message lists them one after the other")
    func collected() {
        var faults = DocumentFaults()
        faults.add(shapeOf: nil, at: "a", should: "a string")
        faults.add(.value, at: "b", "\"b\" is 99; it must be less.")
        #expect(
            faults.error?.faults == [
                LIFError.Fault("a", "\"a\" is missing; it must be a string."),
                LIFError.Fault("b", "\"b\" is 99; it must be less."),
            ])
        #expect(faults.error?.message == "\"a\" is missing; it must be a string. \"b\" is 99; it must be less.")
        #expect(throws: LIFError.self) { try faults.check() }
    }

    @Test("One fault of shape makes it a shape error; the code is OperatorNotFoundException only for names alone")
    func codes() {
        var faults = DocumentFaults()
        faults.add(.operatorNotFound, at: "a", "?")
        #expect(faults.error?.code == .operatorNotFoundException)
        faults.add(.value, at: "b", "?")
        #expect(faults.error?.code == .queryParseException && faults.error?.isShapeError == false)
        faults.add(.shape, at: "c", "?")
        #expect(faults.error?.code == .queryParseException && faults.error?.isShapeError == true)
    }

    @Test("What a reader of a part throws is taken over: its faults, or its message with the place")
    func thrown() {
        var inner = DocumentFaults()
        inner.add(.value, at: "x.y", "\"x.y\" is wrong.")
        var faults = DocumentFaults()
        if let error = inner.error { faults.add(error, at: "x") }
        faults.add(LIFError(.queryParseException, "It is wrong."), at: "z")
        faults.add(LIFError(.queryParseException, "\"z.q\" is wrong.", isShapeError: true), at: "z")
        faults.add(LIFError(.operatorNotFoundException, "There is no \"o\". Set \"op\"."), at: "o")
        #expect(
            faults.faults == [
                LIFError.Fault("x.y", "\"x.y\" is wrong."), LIFError.Fault("z", "\"z\": It is wrong."),
                LIFError.Fault("z", "\"z.q\" is wrong."), LIFError.Fault("o", "\"o\": There is no \"o\". Set \"op\"."),
            ])
        #expect(faults.error?.isShapeError == true)
    }

    @Test("The message lists the first twenty and how many more; a thousand are kept and all are counted")
    func limits() throws {
        var faults = DocumentFaults()
        for number in 0..<21 { faults.add(.value, at: "\(number)", "Fault \(number).") }
        #expect(faults.error?.message.hasSuffix("Fault 19. There is 1 more fault.") == true)
        for number in 21..<5_000 { faults.add(.value, at: "\(number)", "Fault \(number).") }
        let error = try #require(faults.error)
        #expect(faults.count == 5_000 && error.faults.count == 1_000)
        #expect(error.message.hasSuffix("Fault 19. There are 4980 more faults."))
    }

    @Test("Faults past those that are kept cost no text, and still say of what kind the error is")
    func unkept() {
        var faults = DocumentFaults()
        for _ in 0..<DocumentFaults.keptAtMost { faults.add(.operatorNotFound, at: "p", "m") }
        func text() -> String {
            Issue.record("A text was made that nobody reads")
            return ""
        }
        faults.add(.shape, at: text(), text())
        #expect(faults.error?.isShapeError == true && faults.error?.code == .queryParseException)
    }

    @Test("A plan's faults are all reported, part by part")
    func plan() throws {
        let document = try JSONParser.parse(
            #"""
            [{"information_source_id":1,"person_id":{"identifier":"","identifierType":"T\u0007"},
              "lif_fragment_paths":["Person.Name","x",2],"translation":{}},
             {"information_source_id":"o","adapter_id":"a","person_id":{"identifier":"1","identifierType":"T"},
              "lif_fragment_paths":["Person.Name"]},
             7]
            """#)
        let error = #expect(throws: LIFError.self) { try QueryPlan(json: document) }
        #expect(
            error?.faults.map(\.place) == [
                "lif_query_plan[0].information_source_id", "lif_query_plan[0].adapter_id",
                "lif_query_plan[0].person_id.identifier", "lif_query_plan[0].person_id.identifierType",
                "lif_query_plan[0].lif_fragment_paths[1]", "lif_query_plan[0].lif_fragment_paths[2]",
                "lif_query_plan[0].translation.source_schema_id", "lif_query_plan[0].translation.target_schema_id",
                "lif_query_plan[2]",
            ])
        #expect(error?.isShapeError == true)
    }
}
