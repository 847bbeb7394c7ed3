import LIFConfiguration
import Testing

@Suite("Times that do not go together")
struct TimeoutNoticeTests {
    private static let cases: [(yaml: String, expected: String)] = [
        (
            "\(oneSource)\n    retry_backoff: 3s\n    timeout: 3s",
            "lif.yaml:6:20: \"information_sources[0]\" has retries"
        ),
        (
            "orchestrator: {defaults: {retry_backoff: 20s}}\n\(oneSource)",
            "\"orchestrator.defaults\" has retries and no time"
        ),
        (
            "\(oneSource)\n    timeout: 15s",
            "lif.yaml:6:14: \"information_sources[0].timeout\" is not below planner.timeout"
        ),
        (
            "identity_mapper: {type: remote, url: \"http://localhost:1\", timeout: 15s}\norganization: a\n\(oneSource)",
            "lif.yaml:1:69: \"identity_mapper.timeout\" (15 s) is not below planner.timeout (15 s)"
        ),
        (
            "lif_cache: {url: \"http://localhost:1\", timeout: 20s}\norganization: a\n\(oneSource)",
            "\"lif_cache.timeout\" (20 s) is not below planner.timeout"
        ),
        (
            "orchestrator: {workflow: {timeout: 5s}}\n\(oneSource)",
            "\"orchestrator.workflow.timeout\" (5 s) is not above the timeout of the source \"org2\" (10 s)"
        ),
        (
            "orchestrator_run_timeout: 10s\norchestrator_url: \"http://localhost:1\"\n\(oneSource)",
            "lif.yaml:1:27: \"orchestrator_run_timeout\" (10 s) is not above the timeout of the source \"org2\""
        ),
    ]

    @Test("Each is a notice with its line and what to do", arguments: cases)
    func notices(yaml: String, expected: String) async throws {
        let notices = try await load(yaml).notices
        #expect(notices.count == 1 && notices[0].contains(expected), "\(notices)")
    }

    @Test("Times that fit are none")
    func fitting() async throws {
        let yaml = """
            identity_mapper: {type: remote, url: "http://localhost:1", timeout: 2s}
            organization: a
            orchestrator_run_timeout: 1m
            orchestrator_url: "http://localhost:1"
            orchestrator: {workflow: {timeout: 1m}, defaults: {retry_backoff: 2s}}
            \(oneSource)
                retries: 0
                retry_backoff: 30s
                timeout: 3s
            """
        #expect(try await load(yaml).notices.isEmpty)
    }
}
