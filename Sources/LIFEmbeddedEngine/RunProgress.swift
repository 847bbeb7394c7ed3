import LIFWorkflow

/// Where one run stands. A task is its position in the graph; one that waits costs nothing beside a number in an array.
struct RunProgress {
    /// Where tasks of a run wait.
    struct Lane: Hashable {
        let pool: String
        let rank: Int
    }

    /// The tasks that wait in a lane, first in, first out: each knows the next one (`successors`).
    private struct Line {
        var first: Int
        var last: Int
        var count: Int
    }

    let run: WorkflowRun
    /// The tasks that wait for task `i` are `followers[firstFollower[i]..<firstFollower[i + 1]]`.
    private let followers: [Int]
    private let firstFollower: [Int]
    /// How many upstream tasks of each are not done yet.
    private var open: [Int]
    private var lines: [Lane: Line] = [:]
    private var successors: [Int]
    private var waiting = 0
    /// The tasks that run, with the places they take in their pool.
    private(set) var running: [Int: Int] = [:]
    private var firstError: (any Error)?
    private(set) var isCancelled = false

    init(_ run: WorkflowRun) {
        self.run = run
        let tasks = run.graph.tasks
        let positions = Dictionary(
            tasks.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let upstream = tasks.map { $0.upstream.compactMap { positions[$0] } }
        open = upstream.map(\.count)
        successors = Array(repeating: 0, count: tasks.count)
        var ends = Array(repeating: 0, count: tasks.count + 1)
        for position in upstream.joined() { ends[position + 1] += 1 }
        for index in tasks.indices { ends[index + 1] += ends[index] }
        firstFollower = ends
        var followers = Array(repeating: 0, count: ends[tasks.count])
        for (index, positions) in upstream.enumerated() {
            for position in positions {
                followers[ends[position]] = index
                ends[position] += 1
            }
        }
        self.followers = followers
    }

    /// Whether it is a job: nobody waits for its end.
    var isJob: Bool { run.isAccepted }

    /// The priority of a task among those of all runs: what someone waits for goes before all jobs.
    func rank(of priority: Int) -> Int {
        // As far apart as no two priorities are.
        let clamped = min(max(priority, -Self.greatestPriority), Self.greatestPriority)
        return isJob ? clamped : clamped + 2 * Self.greatestPriority + 1
    }

    private static let greatestPriority = 1 << 32

    /// Whether nothing of it goes on or waits any more.
    var isOver: Bool { running.isEmpty && waiting == 0 }

    /// The error that it ends with.
    var error: (any Error)? { isCancelled ? CancellationError() : firstError }

    /// The task that is ready from the beginning; `nil` in an empty graph.
    var root: Int? { run.graph.tasks.isEmpty ? nil : 0 }

    func resources(of index: Int) -> TaskResources { run.graph.tasks[index].resources }

    mutating func start(_ index: Int, places: Int) { running[index] = places }

    /// Notes that a task has returned or thrown.
    ///
    /// - Returns: The places it took, and the tasks that are ready now; `nil` when it was not running.
    mutating func finished(_ index: Int, error: (any Error)?) -> (places: Int, ready: [Int])? {
        guard let places = running.removeValue(forKey: index) else { return nil }
        if let error {
            firstError = firstError ?? error
            return (places, [])
        }
        if isCancelled { return (places, []) }
        var ready: [Int] = []
        for follower in followers[firstFollower[index]..<firstFollower[index + 1]] {
            open[follower] -= 1
            if open[follower] == 0 { ready.append(follower) }
        }
        return (places, ready)
    }

    /// Has a task wait in a lane.
    ///
    /// - Returns: Whether it is the only one there.
    mutating func wait(_ index: Int, in lane: Lane) -> Bool {
        waiting += 1
        guard let last = lines[lane]?.last else {
            lines[lane] = Line(first: index, last: index, count: 1)
            return true
        }
        successors[last] = index
        lines[lane]?.last = index
        lines[lane]?.count += 1
        return false
    }

    /// The task that has waited longest in a lane, and how many places it asks for.
    func first(in lane: Lane) -> (index: Int, slots: Int)? {
        lines[lane].map { ($0.first, run.graph.tasks[$0.first].resources.poolSlots) }
    }

    /// Takes the first task out of a lane.
    ///
    /// - Returns: Whether others wait there still.
    mutating func removeFirst(in lane: Lane) -> Bool {
        guard let line = lines[lane] else { return false }
        waiting -= 1
        if line.count == 1 {
            lines[lane] = nil
            return false
        }
        lines[lane] = Line(first: successors[line.first], last: line.last, count: line.count - 1)
        return true
    }

    /// Nothing of it starts any more.
    ///
    /// - Returns: The lanes in which tasks waited that are dropped now, and how many.
    mutating func cancel() -> [(lane: Lane, count: Int)] {
        isCancelled = true
        waiting = 0
        defer { lines = [:] }
        let dropped = lines.map { (lane: $0.key, count: $0.value.count) }
        return dropped.sorted { ($0.lane.pool, $0.lane.rank) < ($1.lane.pool, $1.lane.rank) }
    }
}
