/// Where one pool stands: which places are taken, and which runs have tasks that wait for one.
struct TaskPool {
    /// How many places there are; 0 only while permits are missing. More may be taken for a while after it was lowered.
    var limit: Int
    /// The runs with tasks that wait, by rank.
    var runs = PriorityRotation<Int>()
    /// The tasks that wait.
    var waiting = 0
    private(set) var running = 0
    private(set) var placesTaken = 0
    /// By tasks of runs that nobody waits for.
    private var placesOfJobs = 0
    /// With which the pool has its turn among the pools: its next task's, if that finds its places.
    var turn: Turn?

    init(limit: Int) { self.limit = limit }

    /// Whose turn a pool's is.
    struct Turn: Hashable {
        let tier: TotalPlaces.Tier
        let rank: Int
    }

    var isIdle: Bool { running == 0 && waiting == 0 }

    /// How many places a task takes: one that asks for more than there are takes the whole pool.
    func places(for slots: Int) -> Int { min(max(1, slots), limit) }

    /// How many places jobs leave free for runs that someone waits for: a quarter, at least one where there are two.
    static func placesKept(of limit: Int) -> Int { limit < 2 ? 0 : max(1, limit / 4) }

    /// Whether a task could start now.
    ///
    /// - Parameter keepsPlaces: Whether jobs leave places free. One task of a job runs in any case.
    func hasPlaces(for slots: Int, ofJob isJob: Bool, keepsPlaces: Bool) -> Bool {
        let places = places(for: slots)
        guard limit > 0, placesTaken + places <= limit else { return false }
        guard isJob, keepsPlaces, placesOfJobs > 0 else { return true }
        return placesOfJobs + places <= limit - Self.placesKept(of: limit)
    }

    mutating func start(places: Int, ofJob isJob: Bool) {
        waiting -= 1
        running += 1
        placesTaken += places
        if isJob { placesOfJobs += places }
    }

    mutating func finish(places: Int, ofJob isJob: Bool) {
        running -= 1
        placesTaken -= places
        if isJob { placesOfJobs -= places }
    }
}
