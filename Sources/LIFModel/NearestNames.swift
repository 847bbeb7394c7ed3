/// The names that a mistyped one probably means.
public enum NearestNames {
    /// The names that are a few typing mistakes away from one, and those that contain it; upper and lower case count as the same.
    ///
    /// - Returns: The near ones, best first, at most three; none that is more than twice as far as the nearest. None for a
    ///   name that is far longer than any is: comparing takes time by its length.
    public static func to(_ asked: String, among names: [String]) -> [String] {
        guard asked.utf8.count <= 64 else { return [] }
        let asked = asked.lowercased()
        let limit = min(max(2, asked.count / 3), asked.count - 1)
        let ranked = names.map { (name: $0, distance: distance(asked, $0.lowercased())) }
        let near = ranked.filter { $0.distance <= limit }.sorted { $0.distance < $1.distance }
        let containing = ranked.filter {
            $0.distance > limit && asked.count > 2 && $0.name.lowercased().contains(asked)
        }
        let nearest = near.filter { $0.distance <= 2 * (near.first?.distance ?? 0) }
        return Array((nearest + containing.sorted { $0.distance < $1.distance }).prefix(3).map(\.name))
    }

    /// Levenshtein's, with two letters in the wrong order as one mistake (optimal string alignment).
    package static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var earlier = [Int](repeating: 0, count: right.count + 1)
        var former = Array(0...right.count)
        for index in left.indices {
            var row = [index + 1]
            row.reserveCapacity(right.count + 1)
            for column in right.indices {
                var cost = former[column] + (left[index] == right[column] ? 0 : 1)
                cost = min(cost, former[column + 1] + 1, row[column] + 1)
                if index > 0, column > 0, left[index] == right[column - 1], left[index - 1] == right[column] {
                    cost = min(cost, earlier[column - 1] + 1)
                }
                row.append(cost)
            }
            (earlier, former) = (former, row)
        }
        return former[right.count]
    }
}
