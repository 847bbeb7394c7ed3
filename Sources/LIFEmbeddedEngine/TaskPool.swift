/// Where one pool stands: which places are taken, and which runs have tasks that wait for one.
struct TaskPool {
    /// How many places there are, at least 1. More may be taken for a while after it was lowered.
    var limit: Int
    /// The runs with tasks that wait, by priority.
    var runs = PriorityRotation<Int>()
    /// The tasks that wait.
    var waiting = 0
    private(set) var running = 0
    private var placesTaken = 0
    /// The priority with which the pool has its turn among the pools: its next task's, if that finds its places.
    var turnPriority: Int?

    init(limit: Int) { self.limit = limit }

    var isIdle: Bool { running == 0 && waiting == 0 }

    /// How many places a task takes: one that asks for more than there are takes the whole pool.
    func places(for slots: Int) -> Int { min(max(1, slots), limit) }

    /// Whether a task could start now.
    func hasPlaces(for slots: Int) -> Bool { placesTaken + places(for: slots) <= limit }

    mutating func start(places: Int) {
        waiting -= 1
        running += 1
        placesTaken += places
    }

    mutating func finish(places: Int) {
        running -= 1
        placesTaken -= places
    }
}
