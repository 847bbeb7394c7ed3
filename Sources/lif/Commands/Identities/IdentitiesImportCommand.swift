public import ArgumentParser
import Foundation
public import LIFIdentities
import LIFModel

struct IdentitiesImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports mappings from a CSV file or JSON lines. One bad line rejects the whole file.",
        discussion: """
            The first line of a CSV file names the columns, as the JSON form does: lif_organization_id (may be left out), \
            lif_organization_person_id, target_system_id, target_system_person_id_type, target_system_person_id.
            """)

    @OptionGroup var options: IdentityStoreOptions
    @Flag(name: .long, help: "Import the good lines even if there are bad ones. Exit code 1 if there are.")
    var skipBad = false
    @Option(
        name: .long,
        help:
            "The file's format: csv or jsonl. Default: by its name; .ndjson is jsonl too. Required for standard input.")
    var format: IdentityImport.Format?
    @Argument(help: "The file, or - for standard input.") var file: String

    func run() async throws {
        try await failing {
            let (format, handle) = (try knownFormat(), try open())
            try await options.withStore { store, organization in
                let importing = IdentityImport(into: store, organization: organization, skipsBadLines: skipBad)
                let report = try await importing.run(FilePieces(handle: handle, name: file), as: format)
                let counts = report.counts
                Terminal.say(
                    "\(Counted(report.lines, "line")): \(counts.added) added, \(counts.changed) changed, "
                        + "\(counts.unchanged) unchanged, \(report.refused) refused.")
                for fault in report.faults { Terminal.say("\(fault.place): \(fault.message)") }
                if report.refused > 0 { throw ExitCode.failure }
            }
        }
    }

    private func knownFormat() throws(LIFError) -> IdentityImport.Format {
        if let format { return format }
        if file == "-" {
            throw LIFError(
                .identityMappingNotValid,
                "Missing --format for standard input: give csv, or jsonl for JSON lines.")
        }
        switch URL(filePath: file).pathExtension.lowercased() {
        case "csv": return .csv
        case "jsonl", "ndjson": return .jsonLines
        default:
            throw LIFError(
                .identityMappingNotValid,
                "The format of \"\(file)\" is unknown. Give --format csv, or --format jsonl for JSON lines.")
        }
    }

    private func open() throws(LIFError) -> FileHandle {
        if file == "-" { return .standardInput }
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw LIFError(
                .identityMappingNotValid, "The file \"\(file)\" cannot be read. Is it there, and may you read it?")
        }
        return handle
    }
}

extension IdentityImport.Format: ExpressibleByArgument {}

/// A file in pieces.
private struct FilePieces: AsyncSequence, AsyncIteratorProtocol {
    private static let length = 1 << 16

    let handle: FileHandle
    let name: String

    func makeAsyncIterator() -> Self { self }

    mutating func next() async throws -> [UInt8]? {
        do {
            let data = try handle.read(upToCount: Self.length) ?? Data()
            return data.isEmpty ? nil : Array(data)
        } catch {
            throw LIFError(
                .identityMappingNotValid, "The file \"\(name)\" cannot be read to its end. Nothing was imported.",
                cause: error)
        }
    }
}
