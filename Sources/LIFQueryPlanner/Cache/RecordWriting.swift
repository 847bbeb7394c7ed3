import LIFModel

/// What waits to be written into a LIF Cache elsewhere, and whose turn it is: pure; `RecordCacheWriter` carries it out.
///
/// Of one learner there is one write at a time, since it reads before it writes. What comes meanwhile waits for the next one, the
/// newest fragment of each path. Learners go in the order in which they came. More than `waitingLimit` of them do not wait.
struct RecordWriting: Sendable {
    /// What is written of a learner at once.
    struct Write: Sendable, Hashable {
        let learner: LearnerIdentifier
        /// By path.
        let fragments: [Fragment]
    }

    /// How many learners are written at the same time.
    let writerLimit: Int
    let waitingLimit: Int
    private var waiting: [LearnerIdentifier: [FragmentPath: Fragment]] = [:]
    /// The learners of `waiting`.
    private var order: [LearnerIdentifier] = []
    private var writing: Set<LearnerIdentifier> = []
    private var isClosed = false

    init(writerLimit: Int, waitingLimit: Int) {
        self.writerLimit = writerLimit
        self.waitingLimit = waitingLimit
    }

    var waitingCount: Int { order.count }

    /// Takes fragments of a learner; after `close` it takes none and says nothing.
    ///
    /// - Returns: Whether there was room, and the write that begins.
    mutating func add(_ fragments: [Fragment], of learner: LearnerIdentifier) -> (hasRoom: Bool, begins: Write?) {
        if isClosed || fragments.isEmpty { return (true, nil) }
        if waiting[learner] == nil {
            guard order.count < waitingLimit else { return (false, nil) }
            order.append(learner)
        }
        for fragment in fragments { waiting[learner, default: [:]][fragment.path] = fragment }
        return (true, next())
    }

    /// Notes that a write has ended, however.
    ///
    /// - Returns: The write that begins.
    mutating func ended(_ write: Write) -> Write? {
        writing.remove(write.learner)
        return next()
    }

    /// Drops what waits, and takes nothing more.
    ///
    /// - Returns: How many learners waited.
    mutating func close() -> Int {
        defer { (isClosed, order, waiting) = (true, [], [:]) }
        return order.count
    }

    /// One at most: each event makes one place free, or brings one learner.
    private mutating func next() -> Write? {
        guard writing.count < writerLimit, let place = order.firstIndex(where: { !writing.contains($0) }) else {
            return nil
        }
        let learner = order.remove(at: place)
        writing.insert(learner)
        let fragments = waiting.removeValue(forKey: learner) ?? [:]
        return Write(learner: learner, fragments: fragments.values.sorted { $0.path.entity < $1.path.entity })
    }
}
