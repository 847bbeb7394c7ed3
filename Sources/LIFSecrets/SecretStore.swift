public import LIFModel

/// The secret sources of a configuration, asked in order: the first that has a secret wins.
public struct SecretStore: Sendable {
    /// The sources in the order in which they are asked.
    public let sources: [any SecretSource]

    /// A store over these sources; nothing is asked before ``values(of:)``.
    public init(_ sources: [any SecretSource]) { self.sources = sources }

    /// Asks all sources for what is still missing, one source after the other.
    ///
    /// A source is not asked for what one before it has. What is asked of one source is asked at the same time; what lies
    /// in one place (a path of Vault, a secret of AWS) is asked for once.
    /// - Returns: The secrets that some source has, by name. A name that none has is not in it.
    /// - Throws: `LIFError` `ConfigurationNotValid` when a source cannot be asked, even if one after it might have the
    ///   secret: it could be another one. Retryable if the fault may pass. `CancellationError` when the task is cancelled.
    public func values(of names: Set<String>) async throws -> [String: Secret] {
        var missing = names
        var found: [String: Secret] = [:]
        for source in sources where !missing.isEmpty {
            for (name, value) in try await source.secrets(named: missing) where missing.remove(name) != nil {
                found[name] = Secret(value)
            }
        }
        return found
    }
}
