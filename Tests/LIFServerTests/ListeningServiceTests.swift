import LIFModel
import Testing

@testable import LIFServer

@Suite("Where components listen", .timeLimit(.minutes(1)))
struct ListeningServiceTests {
    @Test("A port in use is reported with the component, the port and its setting, and without a library's words")
    func portInUse() async throws {
        try await TestServer.planner { running in
            let system = TestSystem()
            let listener = ListenerConfiguration(port: running.port)
            let server = ComponentServer.orchestrator(
                system.orchestrator, listener, logger: system.logger, isReady: {}, metrics: { [] })
            let error = try #require(
                await #expect(throws: LIFError.self) {
                    try await ListeningService(server, .orchestrator, at: listener).run()
                })
            #expect(error.code == .configurationNotValid)
            #expect(
                error.message == "The Orchestrator cannot listen at 127.0.0.1, port \(running.port): another process "
                    + "listens there. Stop it, or choose another port with orchestrator.port.")
        }
    }

    @Test("An address that this machine does not have is reported with its setting")
    func otherAddress() async throws {
        let system = TestSystem()
        // TEST-NET-1 (RFC 5737) is no machine's.
        let listener = ListenerConfiguration(host: "192.0.2.1", port: 0, token: "t")
        let server = ComponentServer.orchestrator(
            system.orchestrator, listener, logger: system.logger, isReady: {}, metrics: { [] })
        let error = await #expect(throws: LIFError.self) {
            try await ListeningService(server, .queryPlanner, at: listener).run()
        }
        #expect(error?.message.contains("The Query Planner cannot listen at 192.0.2.1, port 0: this machine") == true)
        #expect(error?.message.contains("planner.host") == true)
    }

    @Test("Components that would listen at one port are refused; any free port and other addresses are not")
    func samePort() throws {
        let error = #expect(throws: LIFError.self) {
            try ListeningService.checkDistinct(
                planner: ListenerConfiguration(port: 8_002), orchestrator: ListenerConfiguration(port: 8_002))
        }
        #expect(error?.message.contains("port 8002") == true)
        try ListeningService.checkDistinct(
            planner: ListenerConfiguration(port: 0), orchestrator: ListenerConfiguration(port: 0))
        try ListeningService.checkDistinct(
            planner: ListenerConfiguration(port: 8_002),
            orchestrator: ListenerConfiguration(host: "127.0.0.2", port: 8_002))
    }
}
