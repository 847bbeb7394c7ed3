/// The credentials of one source: from its `connection:` block, or else from the environment.
struct Credentials {
    struct Value {
        let text: String
        let place: Place
        /// How an error names it: a key or a variable, never the value.
        let name: String
    }

    let adapterID: String
    let sourceID: String
    /// Absent when the source has no `connection:`.
    let connection: SettingsBlock?
    let environment: [String: String]

    /// What the names of a source's variables begin with: `ADAPTERS__LIF_TO_LIF__ORG2__CREDENTIALS__`.
    static func prefix(adapterID: String, sourceID: String) -> String {
        "ADAPTERS__\(token(adapterID))__\(token(sourceID))__CREDENTIALS__"
    }

    static func token(_ text: String) -> String {
        text.uppercased().replacing("-", with: "_")
    }

    func variable(_ key: String) -> String {
        Self.prefix(adapterID: adapterID, sourceID: sourceID) + Self.token(key)
    }

    /// - Parameter key: In lower case, as in YAML.
    /// - Returns: The trimmed value; `nil` when it is nowhere or empty.
    func value(_ key: String) -> Value? {
        if let connection, connection.has(key) {
            guard let text = connection.secret(key) else { return nil }
            return Value(text: text, place: connection.place(of: key), name: "\"\(connection.shown(key))\"")
        }
        let variable = variable(key)
        guard let text = environment[variable]?.trimmed, !text.isEmpty else { return nil }
        return Value(text: text, place: .environment, name: variable)
    }

    func missing(_ keys: [String]) -> String {
        let names = keys.map { "\(variable($0)) (or connection.\($0))" }.joined(separator: " and ")
        return "Source \"\(sourceID)\" cannot be reached: \(names) is not set."
    }

    /// Host and scheme, checked; a problem is reported.
    func host(_ diagnostics: Diagnostics) -> Value? {
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
    func scheme(_ diagnostics: Diagnostics) -> Value {
        let standard = Value(text: "http", place: .environment, name: "scheme")
        guard let scheme = value("scheme") else { return standard }
        guard ["http", "https"].contains(scheme.text) else {
            diagnostics.report(scheme.place, "\(scheme.name) must be \"http\" or \"https\"")
            return standard
        }
        return scheme
    }
}
