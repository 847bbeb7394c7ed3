import HTTPTypes
import LIFModel
import Testing

@testable import LIFServer

@Suite("Status codes")
struct StatusCodeTests {
    @Test("Each code has the status of an error, and a title of its own")
    func all() {
        for code in LIFError.Code.allCases {
            #expect((400...599).contains(LIFError(code, "").status.code))
        }
        let titles = LIFError.Code.allCases.map { LIFError($0, "").title }
        #expect(Set(titles).count == titles.count && !titles.contains(""))
    }

    @Test("Only faults of storage and of the server itself are 500")
    func faults() {
        let faults = LIFError.Code.allCases.filter { LIFError($0, "").status == .internalServerError }
        #expect(Set(faults) == [.outputWriteException, .outputReadException, .internalFault])
    }

    @Test(
        "The seeds' errors have the statuses of their table",
        arguments: [
            (LIFError.Code.queryNotValid, 400), (.queryParseException, 400), (.operatorNotFoundException, 400),
            (.learnerDataNotFound, 400), (.learnerNotFound, 404), (.jobNotFoundException, 404),
            (.correlationIDNotFound, 404), (.queryTimeout, 408), (.jobNotFinished, 409), (.resultExpired, 410),
            (.requestTooLarge, 413), (.operatorException, 502), (.jobPostException, 503),
            (.outputQueueNotAvailableException, 503), (.neighbourNotAvailable, 503), (.sourcesNotAvailable, 503),
            (.overloaded, 503), (.notAuthorized, 401), (.federationLoop, 508),
        ])
    func table(code: LIFError.Code, status: Int) {
        #expect(LIFError(code, "").status.code == status)
    }

    @Test("JSON of the wrong shape is 422 where it would be 400")
    func shape() {
        for code in [LIFError.Code.queryNotValid, .queryParseException, .learnerDataNotFound] {
            #expect(LIFError(code, "", isShapeError: true).status.code == 422)
        }
        #expect(LIFError(.notSupportedYet, "", isShapeError: true).status.code == 400)
    }

    @Test(
        "What a client prefers is read as RFC 7240 says",
        arguments: [
            ([], false, nil), (["respond-async"], true, nil), (["Respond-Async"], true, nil), (["wait=5"], false, 5),
            (["wait = 5 ; x=y, respond-async"], true, 5), (["wait=\"7\""], false, 7), (["wait"], false, nil),
            (["wait=-1"], false, nil), (["wait=x"], false, nil), (["wait=99999999999999999999"], false, nil),
            (["wait=1000000"], false, 86_400), (["return=minimal", "respond-async"], true, nil),
            ([",,;=,"], false, nil),
        ] as [([String], Bool, Int?)])
    func prefer(fields: [String], respondAsync: Bool, seconds: Int?) throws {
        var headers: HTTPFields = [:]
        let name = try #require(HTTPField.Name("Prefer"))
        for field in fields { headers.append(HTTPField(name: name, value: field)) }
        let prefer = PreferHeader(headers)
        #expect(prefer.respondAsync == respondAsync)
        #expect(prefer.wait == seconds.map { .seconds($0) })
    }
}
