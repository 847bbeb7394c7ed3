/// A set of Unicode scalars: ranges and general categories, or everything but these (RFC 9485, section 4).
struct CharacterClass: Sendable {
    /// Ascending, apart from one another, once `normalize` has run.
    private var ranges: [ClosedRange<UInt32>] = []
    private var categories = GeneralCategories()
    var isNegated = false

    mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

    mutating func insert(_ scalar: Unicode.Scalar) { ranges.append(scalar.value...scalar.value) }

    mutating func insert(_ categories: GeneralCategories) { self.categories.formUnion(categories) }

    /// Sorts and joins the ranges, so that a look-up can halve them.
    mutating func normalize() {
        ranges.sort { $0.lowerBound < $1.lowerBound }
        var joined: [ClosedRange<UInt32>] = []
        for range in ranges {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        ranges = joined
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        (isInRanges(scalar.value) || !categories.isEmpty && categories.contains(scalar)) != isNegated
    }

    private func isInRanges(_ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= value
    }
}
