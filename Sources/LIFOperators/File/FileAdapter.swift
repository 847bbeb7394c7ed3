package import LIFModel
import LIFSettings
package import LIFWorkflow

/// Folders of JSON or CSV files.
struct FileAdapter: SourceAdapter {
    let id = "file"
    var settings: [Setting] { Self.settings }
    var remarks: [String: String] { ["max_answer": "`file`: see `max_file`."] }

    func read(_ source: SourceReading) -> AdapterReading? {
        if let member = source.block.member("max_answer") {
            source.diagnostics.report(
                member.place,
                "\"\(source.block.shown("max_answer"))\" is not for files; set \"\(source.block.shown("file")).max_file\""
            )
        }
        guard let block = source.block(ofAdapter: "file") else { return nil }
        var reader = FileSourceReader(block: block, model: source.model)
        guard let configuration = reader.configuration(isTranslated: source.isTranslated) else { return nil }
        if block.has("mapping") { source.check(reader.mappedPaths, in: block, "mapping") }
        source.noticeUntranslated(block)
        let folder = block.written("folder")?.withoutSecrets ?? ""
        return AdapterReading(.ready(configuration), origin: configuration.origin(folder: folder))
    }
}

extension FileConfiguration: AdapterConfiguration {
    package func canonical(in catalogue: SourceCatalogue) -> FileConfiguration {
        var copy = self
        copy.answer = answer.canonical(in: catalogue)
        return copy
    }

    package func makeOperator(_ services: AdapterServices) -> any TaskOperator { FileOperator(configuration: self) }

    /// - Parameter folder: As it is written.
    fileprivate func origin(folder: String) -> [String] {
        var parts = ["file", folder, name.description, answer.data.origin]
        if let csv {
            let types = csv.types.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }
            parts += [
                csv.identifierColumn ?? "", csv.identifierTypeColumn ?? "", String(csv.delimiter),
                types.joined(separator: "\u{1E}"),
            ]
        }
        return parts + answer.origin
    }
}
