public import LIFModel

/// What an import of mappings did.
public struct IdentityImportReport: Sendable {
    /// Lines with a mapping, good and bad, without the header of a CSV file.
    public var lines = 0
    /// What became of the mappings that were imported.
    ///
    /// `unchanged` counts lines that repeat an earlier one of the file, too.
    public var counts = IdentityImportCounts()
    /// How many lines were bad.
    public var refused = 0
    /// In the order found: a contradiction is found later than other faults.
    private var badLines: [(number: Int, reason: String)] = []

    /// How many bad lines are kept, so that a file of nothing else takes bounded memory.
    public static let faultsKeptAtMost = 1_000
    /// How many the error's message lists.
    static let toldAtMost = 10

    /// An empty report, which an import fills.
    public init() {}

    /// Bad lines in the order of the file: where, and what is wrong. Never a value.
    public var faults: [LIFError.Fault] {
        badLines.sorted { $0.number < $1.number }.map { LIFError.Fault("line \($0.number)", $0.reason) }
    }

    mutating func refuse(_ number: Int, _ reason: String) {
        refused += 1
        if badLines.count < Self.faultsKeptAtMost { badLines.append((number, reason)) }
    }

    /// Why a file with bad lines was not imported.
    var error: LIFError {
        let faults = faults
        let told = faults.prefix(Self.toldAtMost).map { "\($0.place): \($0.message)" }
        let more = refused > told.count ? [" There are \(refused - told.count) more."] : []
        var error = LIFError(
            .identityMappingNotValid,
            "Nothing was imported, because \(refused) of \(lines == 1 ? "1 line" : "\(lines) lines") cannot be used. "
                + "Correct what is wrong, or skip bad lines with --skip-bad (over HTTP: ?skip_bad=true). \(told.joined(separator: " "))\(more.joined())"
        )
        error.faults = faults
        return error
    }
}
