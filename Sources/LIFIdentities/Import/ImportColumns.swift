import LIFModel
import SwiftCSV

/// The columns of a CSV file of mappings, as its first line names them.
struct ImportColumns {
    private let fields: [IdentityMapping.Field]

    /// - Throws: `LIFError` `IdentityMappingNotValid`. What stands in the line is not repeated: a file without a header
    ///   begins with a learner's values.
    init(header: ImportRecords.Record) throws(LIFError) {
        guard let names = Self.split(header.bytes) else { throw Self.fault("cannot be read as CSV in UTF-8") }
        var fields: [IdentityMapping.Field] = []
        for (index, name) in names.enumerated() {
            guard let field = IdentityMapping.Field(rawValue: name) else {
                throw Self.fault("names a column that is not known, number \(index + 1)")
            }
            guard !fields.contains(field) else { throw Self.fault("names \"\(name)\" twice") }
            fields.append(field)
        }
        for field in [IdentityMapping.Field.person, .system, .type, .identifier] where !fields.contains(field) {
            throw Self.fault("does not name \"\(field.rawValue)\"")
        }
        self.fields = fields
    }

    /// Of a file without any line: it is more likely a mistake than a file of no mappings.
    static var noHeader: LIFError { fault("is missing") }

    private static func fault(_ what: String) -> LIFError {
        let names = IdentityMapping.Field.allCases.filter { $0 != .id }.map(\.rawValue).joined(separator: ", ")
        return LIFError(
            .identityMappingNotValid,
            "Nothing was imported: the first line of the file \(what). It must name the columns, with commas between "
                + "them: \(names). The first of them may be left out.")
    }

    /// - Parameter organization: Taken where the record names none.
    /// - Throws: `LIFError` `IdentityMappingNotValid`.
    func mapping(_ bytes: ArraySlice<UInt8>, organization: String?) throws(LIFError) -> IdentityMapping {
        guard let values = Self.split(bytes) else {
            throw LIFError(
                .identityMappingNotValid, "It is not UTF-8, or has a quotation mark inside a field that is not quoted.")
        }
        guard values.count == fields.count else {
            throw LIFError(
                .identityMappingNotValid, "It has \(values.count) fields; the first line names \(fields.count).")
        }
        var named: [IdentityMapping.Field: String?] = [.organization: organization]
        for (field, value) in zip(fields, values) {
            // Ids are the store's own; an organisation that is empty is left out.
            if field == .id || (field == .organization && value.isEmpty) { continue }
            named[field] = value
        }
        return try IdentityMapping(validating: named)
    }

    /// - Returns: `nil` for what is not CSV or not UTF-8.
    private static func split(_ record: ArraySlice<UInt8>) -> [String]? {
        guard let text = String(validating: record, as: UTF8.self) else { return nil }
        // Without a quotation mark there is nothing to parse, and files have millions of such lines.
        guard record.contains(UInt8(ascii: "\"")) else {
            return text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
                String(Substring($0))
            }
        }
        var rows: [[String]] = []
        do {
            // No row is read but the first, which the parser takes for a header; it is read by the second call. Without
            // a line break the parser drops an empty last field.
            let csv = try EnumeratedCSV(
                string: text + "\n", delimiter: .comma, loadColumns: false, rowLimit: 0)
            try csv.enumerateAsArray(startAt: 0, rowLimit: nil) { rows.append($0) }
        } catch {
            return nil
        }
        return rows.count == 1 ? rows[0] : nil
    }
}
