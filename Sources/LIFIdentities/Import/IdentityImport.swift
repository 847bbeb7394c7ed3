public import Foundation
import LIFJSON
import LIFModel

/// Imports many mappings from CSV or JSON lines, in bounded memory.
///
/// All lines are read and held back in the store first. When one of them is bad, nothing is imported, unless bad lines are
/// to be skipped. Then they are saved in batches, each as a whole; an import that is broken off there has saved some, and is
/// made good by importing again. A mapping of the same person, system and type is replaced.
public struct IdentityImport: Sendable {
    /// How the lines of a file are written. The raw values are the words of `lif identities import`.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// RFC 4180, comma-separated, UTF-8, with a header that has the names of the JSON form.
        case csv
        /// One object per line.
        case jsonLines = "jsonl"
    }

    private static let batch = 1_000
    /// What an import that is still at work cannot be as old as.
    private static let abandonedAfter: TimeInterval = 86_400

    private let store: any IdentityStore
    private let organization: String?
    private let skipsBadLines: Bool
    private let now: @Sendable () -> Date

    /// An import into a store.
    ///
    /// - Parameters:
    ///   - organization: Taken for lines that name none; our own. `nil`: each line must name one.
    ///   - skipsBadLines: Import the good lines of a file that has bad ones.
    public init(
        into store: any IdentityStore, organization: String?, skipsBadLines: Bool = false,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.organization = organization
        self.skipsBadLines = skipsBadLines
        self.now = now
    }

    /// Reads a file to its end and saves its mappings.
    ///
    /// - Parameter pieces: The file's bytes in pieces of any size.
    /// - Throws: `LIFError` `IdentityMappingNotValid` with each bad line's number and reason, never a value; what the
    ///   pieces or the store throw; `CancellationError`. In all these cases nothing stays staged.
    public func run<Pieces: AsyncSequence>(
        _ pieces: Pieces, as format: Format
    ) async throws -> IdentityImportReport where Pieces.Element == [UInt8] {
        let id = RandomID()
        try await store.dropStaged(before: now().addingTimeInterval(-Self.abandonedAfter))
        do {
            var report = try await stage(pieces, as: format, for: id)
            if report.refused > 0, !skipsBadLines { throw report.error }
            while true {
                try Task.checkCancellation()
                let counts = try await store.applyStaged(id, atMost: Self.batch)
                if counts.total == 0 { break }
                report.counts += counts
            }
            // Lines that repeat an earlier one were not staged.
            report.counts.unchanged += report.lines - report.refused - report.counts.total
            return report
        } catch {
            // Why the import failed says more than what clearing up may add; what stays is dropped by a later one.
            try? await store.dropStaged(id)
            throw error
        }
    }

    private func stage<Pieces: AsyncSequence>(
        _ pieces: Pieces, as format: Format, for id: RandomID
    ) async throws -> IdentityImportReport where Pieces.Element == [UInt8] {
        var report = IdentityImportReport()
        var records = ImportRecords(hasQuotes: format == .csv)
        var columns: ImportColumns?
        var lines: [IdentityImportLine] = []
        func read(_ records: [ImportRecords.Record]) async throws {
            for record in records {
                if format == .csv, columns == nil {
                    columns = try ImportColumns(header: record)
                    continue
                }
                report.lines += 1
                do {
                    let mapping = try mapping(record.bytes, columns)
                    lines.append(IdentityImportLine(number: record.number, mapping: mapping))
                } catch {
                    report.refuse(record.number, error.message)
                }
                if lines.count == Self.batch { try await flush() }
            }
        }
        func flush() async throws {
            if lines.isEmpty { return }
            for contradiction in try await store.stage(lines, for: id, at: now()) {
                report.refuse(contradiction.number, "It says otherwise than line \(contradiction.earlier).")
            }
            lines.removeAll(keepingCapacity: true)
        }
        for try await piece in pieces { try await read(try records.take(piece)) }
        try Task.checkCancellation()
        try await read(try records.finish())
        if format == .csv, columns == nil { throw ImportColumns.noHeader }
        try await flush()
        return report
    }

    private func mapping(_ bytes: ArraySlice<UInt8>, _ columns: ImportColumns?) throws(LIFError) -> IdentityMapping {
        if let columns { return try columns.mapping(bytes, organization: organization) }
        let json: JSONValue
        do {
            json = try JSONParser.parse(Array(bytes), limits: JSONLimits(maximumDepth: 8))
        } catch {
            throw LIFError(.identityMappingNotValid, "It is not JSON.")
        }
        return try IdentityMapping(json: json, organization: organization)
    }
}
