/// Elements that take turns, in a circle: joining, leaving and passing on take constant time.
struct Rotation<Element: Hashable> {
    private struct Neighbours {
        var previous: Element
        var next: Element
    }

    private var neighbours: [Element: Neighbours] = [:]
    /// Whose turn it is.
    private(set) var first: Element?

    var isEmpty: Bool { neighbours.isEmpty }

    /// Joins as the last one of the round. The element must not be in it.
    mutating func append(_ element: Element) {
        guard let first, let last = neighbours[first]?.previous else {
            neighbours[element] = Neighbours(previous: element, next: element)
            first = element
            return
        }
        neighbours[element] = Neighbours(previous: last, next: first)
        neighbours[last]?.next = element
        neighbours[first]?.previous = element
    }

    /// Leaves; on its turn, the next one gets it.
    mutating func remove(_ element: Element) {
        guard let own = neighbours.removeValue(forKey: element) else { return }
        if neighbours.isEmpty {
            first = nil
            return
        }
        neighbours[own.previous]?.next = own.next
        neighbours[own.next]?.previous = own.previous
        if first == element { first = own.next }
    }

    /// Passes the turn on: who had it is now the last one of the round.
    mutating func advance() {
        if let first { self.first = neighbours[first]?.next }
    }
}
