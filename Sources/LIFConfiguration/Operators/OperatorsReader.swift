import LIFModel
import LIFOperators
import LIFSettings

/// Reads `operators`.
struct OperatorsReader {
    let root: SettingsBlock
    let adapters: KnownAdapters
    let connections: Connections
    let environment: [String: String]
    let secrets: SecretLookup

    private var diagnostics: Diagnostics { root.diagnostics }

    private enum OperatorType: String { case command }

    func operators() -> NamedEntries<NamedCommand> {
        let entries = root.named("operators") { member, block in
            adapters.check(member, "an operator", diagnostics)
            return entry(member.name, block)
        }
        return NamedEntries(entries, key: "operators", kind: "operator", diagnostics)
    }

    private func entry(_ name: String, _ block: SettingsBlock) -> NamedCommand? {
        let type = block.choice("type", OperatorType.self)
        let credentials = Credentials(
            owner: "operator \"\(name)\"", prefixes: [],
            connection: Connections.Resolved(loaded: connections.named("connection", of: block)),
            connections: connections,
            environment: environment, secrets: secrets, diagnostics: diagnostics)
        let reading = CommandReader(block: block, credentials: credentials).read(
            run: "command", maximumAnswerBytes: block.bytes("max_answer") ?? 0)
        guard type != nil, let reading else { return nil }
        if !reading.missingCredentials.isEmpty {
            if credentials.isDescribed {
                credentials.reportMissing(reading.missingCredentials)
            } else {
                block.report(
                    "environment",
                    "has the placeholder {\(reading.missingCredentials[0])}, and the operator has no \"connection\" to fill it in"
                )
            }
        }
        return NamedCommand(id: name, command: reading.configuration, origin: reading.origin)
    }
}
