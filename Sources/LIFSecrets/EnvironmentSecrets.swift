/// The environment of this process: a secret is the variable of exactly its name.
public struct EnvironmentSecrets: SecretSource {
    private let environment: [String: String]

    /// `environment`.
    public var name: String { "environment" }

    /// A source over variables that were read at start; later changes of the process's environment are not seen.
    public init(environment: [String: String]) { self.environment = environment }

    /// The variable of exactly that name; `nil` when there is none or it is empty. It never throws.
    public func secret(named name: String) async throws -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension EnvironmentSecrets: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name alone: any variable may be a credential.
    public var description: String { name }
    /// The name alone, as ``description``.
    public var debugDescription: String { name }
    /// A mirror without children, so that `dump` shows no variable.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
