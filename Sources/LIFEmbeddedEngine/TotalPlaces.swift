/// How many of the places over all pools the tasks of a pool may use, so that neither jobs nor sources that hang take all of
/// them: the last ones are kept for runs that someone waits for, and of these the last for pools of which little runs.
struct TotalPlaces {
    /// Of a pool with its next task.
    enum Tier: Int, CaseIterable {
        /// Little of the pool runs.
        case few
        /// Someone waits for the task's run.
        case waitedFor
        case job
    }

    private let total: Int
    /// Whether jobs leave places free.
    var keepsPlaces = false

    init(total: Int) { self.total = max(1, total) }

    /// Below so many running tasks of a pool it is one of which little runs.
    private var few: Int { total < Self.smallest ? 0 : total / 64 }

    /// Where there are fewer, all are used.
    private static let smallest = 64

    func tier(running: Int, ofJob isJob: Bool) -> Tier {
        if running < few { return .few }
        return isJob ? .job : .waitedFor
    }

    /// How many tasks may run, over all pools, for one of the tier to start.
    func limit(_ tier: Tier) -> Int {
        let forFew = total < Self.smallest ? 0 : total / 8
        return switch tier {
        case .few: total
        case .waitedFor: total - forFew
        case .job: total - (keepsPlaces ? max(forFew, TaskPool.placesKept(of: total)) : forFew)
        }
    }
}
