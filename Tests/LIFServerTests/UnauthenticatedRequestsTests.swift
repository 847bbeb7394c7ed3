import Testing

@testable import LIFServer

@Suite("Which requests without a token are logged")
struct UnauthenticatedRequestsTests {
    private let start = ContinuousClock.now

    @Test("The first of an address in each minute, with how many were left out before it")
    func firstOfEach() {
        var window = UnauthenticatedRequests.Window()
        #expect(window.note("10.0.0.1", at: start) == 0)
        #expect(window.note("10.0.0.1", at: start + .seconds(1)) == nil)
        #expect(window.note("10.0.0.1", at: start + .seconds(59)) == nil)
        #expect(window.note("10.0.0.2", at: start + .seconds(59)) == 2)
        #expect(window.note("10.0.0.1", at: start + .seconds(60)) == 0)
    }

    @Test("A flood from many addresses makes no more lines than there are places, and takes no more memory")
    func flood() {
        var window = UnauthenticatedRequests.Window()
        let limit = UnauthenticatedRequests.Window.maximumAddresses
        let logged = (0..<10_000).filter { window.note("10.0.\($0 / 256).\($0 % 256)", at: start) != nil }
        #expect(logged == Array(0..<limit))
        #expect(window.note("late", at: start + .seconds(61)) == 10_000 - limit)
    }
}
