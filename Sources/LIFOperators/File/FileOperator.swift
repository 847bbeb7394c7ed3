import Foundation
import LIFConcurrency
import LIFJSON
public import LIFModel
public import LIFWorkflow

/// Fetches from a folder of JSON documents or CSV tables (adapter `file`).
///
/// The age of the data is the file's, unless the document states one. A learner without a file of their own, or without
/// a row in the table that holds everybody, is not known.
public struct FileOperator: TaskOperator {
    private let configuration: FileConfiguration
    private let folder: SourceFolder
    private let tables: CSVTableCache
    private let queue: BlockingQueue

    /// An operator for one folder. Nothing is read here.
    public init(configuration: FileConfiguration) {
        self.configuration = configuration
        folder = SourceFolder(path: configuration.folder, maximumFileBytes: configuration.maximumFileBytes)
        tables = CSVTableCache(maximumBytes: configuration.maximumFileBytes)
        // Of several that want a table at once the first reads it.
        queue = BlockingQueue(label: "lif.file-source", isSerial: !configuration.name.namesLearner)
    }

    private struct Found: Sendable {
        let document: RawJSON
        let modifiedAt: Date
        /// Of the table that it was found in.
        var columns: Set<String> = []
    }

    /// Reads the learner's document, or their rows of a table, and maps it to fragments.
    ///
    /// A table that holds everybody is read once and kept until its file changes; it is read to its end although the caller is
    /// cancelled.
    ///
    /// - Throws: `LIFError` `OperatorException`: `unreachable` when the folder or the table of everybody is not there,
    ///   `answer-too-large` for a longer file, `invalid-answer` for what is no JSON or CSV; `CancellationError`.
    public func run(
        _ part: QueryPlanPart, context: OperatorContext, emit: @Sendable (OperatorItem) async throws -> Void
    ) async throws -> OperatorReport {
        guard configuration.namesLearner else { throw Self.namesNobody }
        let learner = part.learner
        context.trace?.request(
            "read \(configuration.name.name(for: learner) ?? "nothing: the identifier makes no name of a file")",
            lines: ["in \(configuration.folder)"])
        let found = try await queue.run { try self.find(learner, checkCancellation: $0) }
        guard let found else {
            context.trace?.answer("no such file")
            return OperatorReport(learnerKnown: false)
        }
        if let trace = context.trace {
            let what = configuration.csv == nil ? "a document" : "the learner's rows"
            trace.answer(
                "\(what), changed at \(found.modifiedAt.iso8601)", body: Array(found.document.bytes))
        }
        let report = try await LargeAnswers.shared.read(found.document.bytes.count, of: part.informationSourceID) {
            try await configuration.answer.deliver(
                found.document, for: part, columns: found.columns, log: context.log, emit: emit)
        }
        guard report.learnerKnown else { return report }
        return OperatorReport(
            learnerKnown: true, dataTimestamp: report.dataTimestamp ?? found.modifiedAt, leftOut: report.leftOut,
            unmatched: report.unmatched)
    }

    /// Reads the folder, and a table that holds everybody whole.
    public func check() async throws -> String {
        guard configuration.namesLearner else { throw Self.namesNobody }
        return try await queue.run { _ in
            _ = try self.folder.resolved()
            let nobody = LearnerIdentifier(identifier: "", identifierType: "")
            guard let csv = self.configuration.csv, self.isShared, !self.configuration.name.namesType,
                let name = self.configuration.name.name(for: nobody)
            else { return "its folder can be read" }
            let (table, _) = try self.sharedTable(name, csv)
            for mapping in self.configuration.answer.fragments ?? [] {
                guard let unknown = mapping.missingColumn(of: table.columns) else { continue }
                throw CSVTable.invalid("has no column \"\(unknown)\", which the mapping of \(mapping.path) names")
            }
            return "its table has \(table.columns.count) columns"
        }
    }

    private static let namesNobody = LIFError.source(
        .internal,
        "This source says nowhere whose data a file holds. Put {identifier} into its \"name\", or give an "
            + "\"identifier_column\".")

    private var isShared: Bool { !configuration.name.namesLearner }

    /// Blocks.
    private func find(_ learner: LearnerIdentifier, checkCancellation: () throws -> Void) throws -> Found? {
        guard let name = configuration.name.name(for: learner) else { return nil }
        guard let csv = configuration.csv else {
            guard let file = try folder.file(named: name) else { return nil }
            let bytes = try file.contents(checkCancellation: checkCancellation)
            let document = try RawJSON(answer: bytes.withoutByteOrderMark, maximumBytes: configuration.maximumFileBytes)
            return Found(document: document, modifiedAt: file.version.modifiedAt)
        }
        let table: CSVTable
        let modifiedAt: Date
        if isShared {
            (table, modifiedAt) = try sharedTable(name, csv)
        } else {
            guard let file = try folder.file(named: name) else { return nil }
            table = try CSVTable(
                file.contents(checkCancellation: checkCancellation), format: csv, checkCancellation: checkCancellation)
            modifiedAt = file.version.modifiedAt
        }
        return Found(
            document: try table.rows(of: learner), modifiedAt: modifiedAt, columns: Set(table.columns))
    }

    /// Reads on although its caller has left: a table that takes longer than a caller waits is then there for the next.
    private func sharedTable(_ name: String, _ csv: CSVFormat) throws -> (CSVTable, Date) {
        guard let file = try folder.file(named: name) else {
            throw LIFError.source(
                .unreachable,
                "The table that holds this source's learners is not there. Check \"folder\" and \"name\".",
                isRetryable: true)
        }
        let version = file.version
        if let table = tables.table(name, version: version) { return (table, version.modifiedAt) }
        let table = try CSVTable(
            file.contents(checkCancellation: {}), format: csv, checkCancellation: {})
        tables.keep(table, name, version: version)
        return (table, version.modifiedAt)
    }
}
