import LIFModel

/// The credentials of one source or operator, key by key: from what is written in place, the environment, the connection
/// that is named, and what the secret sources have under the names of the variables.
package struct Credentials {
    package struct Value {
        package let text: String
        package let place: Place
        /// How an error names it: a key or a variable, never the value.
        package let name: String
    }

    /// For a sentence: `source "org2"`.
    package let owner: String
    /// What the names of its variables begin with, in the order in which they are looked for; none for an operator.
    package let prefixes: [String]
    package let connection: Connections.Resolved
    package let connections: Connections
    package let environment: [String: String]
    package let secrets: SecretLookup
    package let diagnostics: Diagnostics

    package init(
        owner: String, prefixes: [String], connection: Connections.Resolved, connections: Connections,
        environment: [String: String], secrets: SecretLookup, diagnostics: Diagnostics
    ) {
        self.owner = owner
        self.prefixes = prefixes
        self.connection = connection
        self.connections = connections
        self.environment = environment
        self.secrets = secrets
        self.diagnostics = diagnostics
    }

    /// What the names of a source's variables begin with: `ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__`.
    package static func prefix(adapterID: String, sourceID: String) -> String {
        "ADAPTERS__\(token(adapterID))__\(token(sourceID))__CREDENTIALS__"
    }

    /// A name as variables spell it.
    package static func token(_ text: String) -> String {
        text.uppercased().replacing("-", with: "_")
    }

    /// The variable of a key; `nil` for an operator.
    package func variable(_ key: String) -> String? { prefixes.first.map { $0 + Self.token(key) } }

    /// - Parameter key: In lower case, as in YAML.
    /// - Returns: The trimmed value; `nil` when it is nowhere or empty.
    package func value(_ key: String) -> Value? {
        connections.use(key, of: connection.loaded)
        if let inline = connection.inline, inline.has(key) { return Self.value(key, in: inline) }
        let variables = prefixes.map { $0 + Self.token(key) }
        for variable in variables {
            guard let text = environment[variable]?.trimmed, !text.isEmpty else { continue }
            return value(text, place: .environment, name: variable)
        }
        if let loaded = connection.loaded, loaded.has(key) { return Self.value(key, in: loaded) }
        // What is no secret is not looked for among secrets when the file describes the connection.
        if isDescribed, ["scheme", "path", "auth"].contains(key) { return nil }
        for variable in variables {
            if case .value(let secret) = secrets.credential(variable) {
                return value(secret.reveal(), place: .secrets, name: variable)
            }
        }
        return nil
    }

    /// Whether the file says anything about the connection.
    package var isDescribed: Bool { connection.inline != nil || connection.loaded != nil }

    private static func value(_ key: String, in block: SettingsBlock) -> Value? {
        block.secret(key).map { Value(text: $0, place: block.place(of: key), name: "\"\(block.shown(key))\"") }
    }

    private func value(_ text: String, place: Place, name: String) -> Value? {
        if SettingsBlock.isToken(text) { return Value(text: text, place: place, name: name) }
        diagnostics.report(place, "\(name) \(SettingsBlock.noToken)")
        return nil
    }

    /// Why a source without these keys cannot be reached, as a sentence.
    package func missing(_ keys: [String]) -> String {
        let names = keys.map { key in
            variable(key).map { "\($0) (or connection.\(key))" } ?? "connection.\(key)"
        }
        let areNotSet = names.count == 1 ? "is not set" : "are not set"
        return "\(owner.capitalizedFirst) cannot be reached: \(names.joined(separator: " and ")) \(areNotSet)."
    }

    /// Reports keys that are nowhere, where the file itself describes the connection.
    package func reportMissing(_ keys: [String]) {
        guard let block = connection.inline ?? connection.loaded else { return }
        for key in keys where !(connection.inline?.has(key) ?? false) && !(connection.loaded?.has(key) ?? false) {
            // They may be among the secrets that are asked for after this reading.
            if case .notAsked? = variable(key).map(secrets.credential) { continue }
            let variable = variable(key).map { ", and \($0) is not set" } ?? "; \(owner) uses it"
            diagnostics.report(block.place, "\"\(block.shownPath)\" has no \"\(key)\"\(variable)")
        }
    }

    /// Host and scheme, checked; a problem is reported.
    package func host() -> Value? {
        guard let host = value("host") else { return nil }
        if let problem = URLText.problem(inHost: host.text) {
            diagnostics.report(
                host.place,
                "\(host.name) is no host such as \"lif.example.edu:8443\" (without scheme or path): \(problem)")
            return nil
        }
        return host
    }

    /// `http` when it is nowhere, as deployed systems expect.
    package func scheme() -> Value {
        let standard = Value(text: "http", place: .environment, name: "scheme")
        guard let scheme = value("scheme") else { return standard }
        guard ["http", "https"].contains(scheme.text) else {
            diagnostics.report(scheme.place, "\(scheme.name) must be \"http\" or \"https\"")
            return standard
        }
        return scheme
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
