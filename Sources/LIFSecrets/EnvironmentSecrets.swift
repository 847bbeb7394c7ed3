/// The environment of this process: a secret is the variable of exactly its name.
public struct EnvironmentSecrets: SecretSource {
    private let environment: [String: String]

    public var name: String { "environment" }

    public init(environment: [String: String]) { self.environment = environment }

    public func secret(named name: String) async throws -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension EnvironmentSecrets: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { name }
    public var debugDescription: String { name }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
