/// Elements that take turns with those of the same priority; as long as there is one of a higher priority, no other has its
/// turn.
struct PriorityRotation<Element: Hashable> {
    /// From the lowest priority to the highest; there are as many as different priorities wait, which are few.
    private var levels: [(priority: Int, rotation: Rotation<Element>)] = []

    /// Whose turn it is, and its priority.
    var first: (element: Element, priority: Int)? {
        guard let level = levels.last, let element = level.rotation.first else { return nil }
        return (element, level.priority)
    }

    var isEmpty: Bool { levels.isEmpty }

    /// Joins as the last one of its priority. The element must not be in it with this priority.
    mutating func append(_ element: Element, priority: Int) {
        let index = position(of: priority)
        if index == levels.count || levels[index].priority != priority {
            levels.insert((priority, Rotation()), at: index)
        }
        levels[index].rotation.append(element)
    }

    mutating func remove(_ element: Element, priority: Int) {
        let index = position(of: priority)
        guard index < levels.count, levels[index].priority == priority else { return }
        levels[index].rotation.remove(element)
        if levels[index].rotation.isEmpty { levels.remove(at: index) }
    }

    /// Passes the turn on to the next one of the same priority.
    mutating func advance() {
        if !levels.isEmpty { levels[levels.count - 1].rotation.advance() }
    }

    /// Where the priority is, or would be.
    private func position(of priority: Int) -> Int {
        var (low, high) = (0, levels.count)
        while low < high {
            let middle = (low + high) / 2
            if levels[middle].priority < priority { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
