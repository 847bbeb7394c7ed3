/// Where credentials come from (Orchestrator seed, "Configuration Loader": dynamic configuration injection from secrets
/// managers).
///
/// An implementation asks once: it never tries again. It answers nil for a name that it cannot have and for a value that
/// is empty, so that the next source is asked. It throws `CancellationError` when its task is cancelled.
public protocol SecretSource: Sendable {
    /// For messages: "environment", "files in /run/secrets". Never a value.
    var name: String { get }

    /// - Returns: The secret; nil when this source has none of that name.
    /// - Throws: `LIFError` `ConfigurationNotValid` when the source cannot be asked. It names the source and what to do,
    ///   and is retryable if the fault may pass. It never holds a secret.
    func secret(named name: String) async throws -> String?

    /// Several at once, which a source that keeps several in one place asks for together.
    ///
    /// - Returns: Those that this source has.
    /// - Throws: As `secret(named:)`, when one of them cannot be asked for.
    func secrets(named names: Set<String>) async throws -> [String: String]
}

extension SecretSource {
    /// Asks for each of them.
    public func secrets(named names: Set<String>) async throws -> [String: String] {
        try await concurrently(names) { try await secret(named: $0) }
    }
}
