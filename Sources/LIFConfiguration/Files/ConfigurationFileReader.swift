/// Reads configuration files into blocks of settings.
struct ConfigurationFileReader {
    let files: ConfigurationFiles
    let environment: [String: String]
    let diagnostics: Diagnostics

    /// - Parameter place: Where the file is named, for a problem with the file as a whole.
    func root(_ file: String, from place: Place) -> SettingsBlock? {
        document(file, from: place).flatMap { SettingsBlock($0, path: "", diagnostics) }
    }

    /// The list in a file that has `information_sources` and nothing else.
    func informationSources(_ file: String, from place: Place) -> ConfigurationNode? {
        guard let document = document(file, from: place) else { return nil }
        let name = "information_sources"
        for member in document.members ?? [] where member.name != name {
            diagnostics.report(member.place, "\"\(member.name)\" must not stand here; this file has \"\(name)\" only")
        }
        if let list = document.members?.first(where: { $0.name == name }) { return list.value }
        diagnostics.report(document.place, "the file has no \"\(name)\" at its root; it must be a block with that key")
        return nil
    }

    private func document(_ file: String, from place: Place) -> ConfigurationNode? {
        let text: String
        do throws(ConfigurationFiles.Problem) {
            text = try files.read(file)
        } catch {
            let name = place.file == file ? "the file" : "the file \"\(file)\""
            diagnostics.report(place, "\(name) \(error.reason)")
            return nil
        }
        let document = ConfigurationDocument(
            file: file, environment: EnvironmentText(environment: environment), diagnostics: diagnostics)
        return document.root(of: text)
    }
}
