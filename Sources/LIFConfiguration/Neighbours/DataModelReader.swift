import LIFJSON
import LIFModel
import LIFSettings

/// Reads the document that `data_model.file` names.
struct DataModelReader {
    let root: SettingsBlock
    let loader: ConfigurationFileReader

    /// - Returns: `nil` when no file is named, or none that can be used, which is reported.
    func model() -> PersonModel? {
        guard root.has("data_model"), let block = root.block("data_model"), block.has("file"),
            let path = block.path("file"), let text = loader.text(path, from: block.place(of: "file"))
        else { return nil }
        do {
            return try PersonModel(openAPI: JSONParser.parse(text))
        } catch let error as JSONError {
            root.diagnostics.report(
                Place(file: path, line: error.line, column: error.column), "the file is not valid JSON: \(error)")
        } catch let error as LIFError {
            root.diagnostics.report(Place(file: path), error.message)
        } catch {
            root.diagnostics.report(Place(file: path), "the file cannot be used")
        }
        return nil
    }
}
