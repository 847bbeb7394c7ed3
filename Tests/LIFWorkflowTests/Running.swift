import LIFTesting

func eventually(_ what: String, _ condition: @escaping @Sendable () async throws -> Bool) async throws {
    try await within(what) {
        while try await !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }
}
