import GRDB
import LIFJSON
import LIFModel

/// What failed of a part, in the columns `reason`, `message` and `attempts`: the whole part, or some of its paths.
///
/// The failures of single paths stand in `message` as JSON, without a `reason`. So they outlive the part's data, and a
/// summary has them.
struct FailureColumns {
    let whole: Failure?
    let paths: [FragmentPath: Failure]

    init(whole: Failure?, paths: [FragmentPath: Failure]) {
        self.whole = whole
        self.paths = paths
    }

    /// - Parameter first: Where the three columns begin in the row.
    init(row: Row, first: Int) {
        whole = row.failure(first)
        let text = whole == nil ? row[first + 1] as String? : nil
        let json = text.flatMap { try? RawJSON(validating: Array($0.utf8)) }
        paths = json.map { [FragmentPath: Failure](json: $0) } ?? [:]
    }

    /// The values of the three columns.
    var values: StatementArguments {
        if whole != nil || paths.isEmpty { return whole.columns }
        var writer = JSONWriter()
        writer.value(paths)
        return [nil, writer.raw.text, nil]
    }
}
