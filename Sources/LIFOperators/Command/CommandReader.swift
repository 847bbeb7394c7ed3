import LIFModel
package import LIFSettings

/// Reads what a command is: a source's block `command`, or an operator of type `command`.
package struct CommandReader {
    package struct Reading {
        package let configuration: CommandConfiguration
        /// The names of the placeholders that are credentials, and those of them that are nowhere.
        package let usedCredentials: Set<String>
        package let missingCredentials: [String]
        /// What is run, as it is written; see `AdapterReading.origin`.
        package let origin: [String]
    }

    private let block: SettingsBlock
    private let credentials: Credentials

    package init(block: SettingsBlock, credentials: Credentials) {
        self.block = block
        self.credentials = credentials
    }

    private var diagnostics: Diagnostics { block.diagnostics }

    /// - Parameter run: The key of the executable and its arguments.
    /// - Returns: `nil` when the block is not valid, which is reported. With credentials missing, its environment has gaps.
    package func read(run: String, maximumAnswerBytes: Int) -> Reading? {
        var templates = TemplateReader(credentials: credentials, diagnostics: diagnostics)
        let arguments = arguments(run)
        let check = block.has("check") ? self.arguments("check") : nil
        let directory = block.path("working_directory")
        let environment = environment(&templates)
        let timeZone = block.has("time_zone") ? block.text("time_zone")?.trimmed : nil
        let (error, grace) = (block.bytes("max_error"), block.duration("termination_grace"))
        guard let arguments, let directory, let environment, let error, let grace else { return nil }
        let configuration = CommandConfiguration(
            arguments: arguments.map(\.value), workingDirectory: directory, environment: environment,
            timeZone: timeZone,
            maximumAnswerBytes: maximumAnswerBytes, maximumErrorBytes: error, terminationGrace: grace,
            checkArguments: check?.map(\.value))
        if let fault = configuration.fault {
            diagnostics.report(block.place, "\"\(block.shownPath)\" cannot be run: \(fault)")
            return nil
        }
        return Reading(
            configuration: configuration, usedCredentials: templates.used, missingCredentials: templates.missing,
            origin: ["command", arguments.map(\.withoutSecrets).joined(separator: "\u{1F}")])
    }

    private func arguments(_ name: String) -> [WrittenText]? {
        guard block.node(name) != nil, let texts = block.texts(name) else { return nil }
        if block.isEmptyList(name) {
            block.report(name, "is empty; it must have the executable, and then its arguments")
        }
        guard let first = texts.first else { return nil }
        if block.node(name)?.text != nil, first.value.trimmed.contains(where: \.isWhitespace) {
            block.report(name, "is one text with spaces; write the executable and each argument as an item of a list")
        }
        for text in texts where text.hasSecret {
            diagnostics.report(
                text.place,
                "\"\(block.shown(name))\" has a secret, and arguments can be seen by every user of the machine; put it "
                    + "into \"environment\"")
        }
        return texts
    }

    private func environment(_ templates: inout TemplateReader) -> [String: Secret]? {
        guard block.has("environment") else { return [:] }
        guard let names = block.block("environment") else { return nil }
        var environment: [String: Secret] = [:]
        for member in names.members {
            guard let text = names.written(member.name),
                let template = templates.template(text, for: .environment, shown: names.shown(member.name))
            else { return nil }
            environment[member.name] = Secret(template.filled(identifier: "", identifierType: ""))
        }
        return environment
    }
}
