/// The name that a mistyped one probably means.
enum NearestName {
    /// - Returns: `nil` when none is near.
    static func of(_ asked: String, among names: [String]) -> String? {
        let asked = asked.lowercased()
        let ranked = names.map { (name: $0, distance: distance(asked, $0.lowercased())) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }),
            best.distance <= min(max(2, asked.count / 3), asked.count - 1)
        else {
            return nil
        }
        return best.name
    }

    /// Levenshtein's.
    static func distance(_ left: String, _ right: String) -> Int {
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
