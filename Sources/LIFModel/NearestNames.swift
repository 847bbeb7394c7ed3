/// The names that a mistyped one probably means.
public enum NearestNames {
    /// - Returns: The near ones, best first, at most three. None for a name that is far longer than any is: comparing takes
    ///   time by its length.
    public static func to(_ asked: String, among names: [String]) -> [String] {
        guard asked.utf8.count <= 64 else { return [] }
        let asked = asked.lowercased()
        let limit = min(max(2, asked.count / 3), asked.count - 1)
        let ranked = names.map { (name: $0, distance: distance(asked, $0.lowercased())) }
        let near = ranked.filter { $0.distance <= limit || (asked.count > 2 && $0.name.lowercased().contains(asked)) }
        return Array(near.sorted { $0.distance < $1.distance }.prefix(3).map(\.name))
    }

    /// Levenshtein's.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let cost = character == right[column] ? diagonal : diagonal + 1
                diagonal = row[column + 1]
                row[column + 1] = min(cost, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
