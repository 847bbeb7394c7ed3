/// "Did you mean …?": known names that are close to an unknown one.
///
/// The distance and the threshold are those of graphql-core, so that the same sentence comes out.
enum GraphQLSuggestions {
    private static let maximum = 5

    static func sentence(for unknown: String, among known: [String], prefix: String = "") -> String {
        let close = names(near: unknown, among: known).map { "'\($0)'" }
        guard let last = close.last else { return "" }
        let list =
            switch close.count {
            case 1: last
            case 2: "\(close[0]) or \(last)"
            default: close.dropLast().joined(separator: ", ") + ", or \(last)"
            }
        return " Did you mean \(prefix)\(list)?"
    }

    static func names(near unknown: String, among known: [String]) -> [String] {
        let threshold = unknown.utf8.count * 2 / 5 + 1
        let wanted = Array(unknown.utf8)
        var found: [(distance: Int, name: String)] = []
        for name in known {
            if let distance = distance(wanted, Array(name.utf8), threshold: threshold) {
                found.append((distance, name))
            }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(maximum).map(\.name)
    }

    /// Insertions, deletions, substitutions and swaps of neighbours; 1 for a difference in case only.
    private static func distance(_ left: [UInt8], _ right: [UInt8], threshold: Int) -> Int? {
        if left == right { return 0 }
        let left = left.map(\.lowercased)
        let right = right.map(\.lowercased)
        if left == right { return 1 }
        guard abs(left.count - right.count) <= threshold else { return nil }
        var before: [Int] = []
        var above = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let cost = left[row] == right[column] ? 0 : 1
                var best = min(above[column + 1] + 1, current[column] + 1, above[column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, before[column - 1] + cost)
                }
                current.append(best)
            }
            if (current.min() ?? 0) > threshold { return nil }
            before = above
            above = current
        }
        return above[right.count] <= threshold ? above[right.count] : nil
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}
