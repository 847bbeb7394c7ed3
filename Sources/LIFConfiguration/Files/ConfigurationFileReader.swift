import LIFSettings

/// Reads configuration files into blocks of settings, each file once however often it is asked for.
struct ConfigurationFileReader {
    let files: ReadFiles
    let text: EnvironmentText
    let table: SettingsTable
    let diagnostics: Diagnostics

    /// - Parameter place: Where the file is named, for a problem with the file as a whole.
    func root(_ file: String, from place: Place) -> SettingsBlock? {
        document(file, from: place).flatMap { SettingsBlock(root: $0, table, diagnostics) }
    }

    /// The list in a file that has `information_sources` and nothing else. A file without anything has no sources, as
    /// deployed planners read it.
    func informationSources(_ file: String, from place: Place) -> ConfigurationNode? {
        document(file, from: place).flatMap(informationSources)
    }

    /// As in a file, in a text from elsewhere.
    func informationSources(yaml: String, at place: Place) -> ConfigurationNode? {
        ConfigurationDocument(file: place.file, text: text, diagnostics: diagnostics).root(of: yaml)
            .flatMap(informationSources)
    }

    private func informationSources(_ document: ConfigurationNode) -> ConfigurationNode? {
        let name = "information_sources"
        if document.isNothing || document.members?.isEmpty ?? false {
            return ConfigurationNode(place: document.place, content: .nothing)
        }
        for member in document.members ?? [] where member.name != name {
            diagnostics.report(member.place, "\"\(member.name)\" is not allowed here; this file has \"\(name)\" only")
        }
        if let list = document.members?.first(where: { $0.name == name }) { return list.value }
        diagnostics.report(document.place, "the file has no \"\(name)\" at its root; it must be a block with that key")
        return nil
    }

    /// The text of a file, as it stands.
    func text(_ file: String, from place: Place) -> String? {
        do throws(ConfigurationFiles.Problem) {
            return try files.read(file)
        } catch {
            let name = place.file == file ? "the file" : "the file \"\(file)\""
            diagnostics.report(place, "\(name) \(error.reason)")
            return nil
        }
    }

    private func document(_ file: String, from place: Place) -> ConfigurationNode? {
        text(file, from: place).flatMap {
            ConfigurationDocument(file: file, text: text, diagnostics: diagnostics).root(of: $0)
        }
    }
}

/// The files that were read for one configuration: a second reading sees what the first one saw.
final class ReadFiles {
    private let files: ConfigurationFiles
    private var texts: [String: Result<String, ConfigurationFiles.Problem>] = [:]

    init(_ files: ConfigurationFiles) { self.files = files }

    /// Where the secrets are that were wanted.
    var secrets = ConfigurationPaths()
    /// Also of a configuration that is not valid.
    var watched: ConfigurationPaths {
        ConfigurationPaths(files: Set(texts.keys), folders: Set(texts.keys.map(PathText.folder(of:))))
            .union(secrets)
    }

    func read(_ path: String) throws(ConfigurationFiles.Problem) -> String {
        if let text = texts[path] { return try text.get() }
        let text: Result<String, ConfigurationFiles.Problem>
        do throws(ConfigurationFiles.Problem) {
            text = .success(try files.read(path))
        } catch {
            text = .failure(error)
        }
        texts[path] = text
        return try text.get()
    }
}
