/// Who may stay when a server has more connections than it should. Pure.
///
/// A connection waits while the server waits for the head of its next request, and works from then until the request has come
/// and its answer is given. Above the limit the connection that has waited longest is closed, so that those who have sent
/// nothing, or half a head, keep nobody out. When so many work that the limit is reached, the server is crowded: a few more
/// are let in, and get answers to `/health` and `/metrics` only.
struct ConnectionRoom<ID: Hashable & Sendable>: Sendable {
    /// Connections that may work at the same time.
    let limit: Int
    private var waiting: [ID: Int] = [:]
    private var working: Set<ID> = []
    /// In the order in which they began to wait; who has gone since then is skipped.
    private var order: [(id: ID, turn: Int)] = []
    private var first = 0
    private var turn = 0

    init(limit: Int) { self.limit = max(limit, 1) }

    var count: Int { waiting.count + working.count }

    /// Whether requests beyond those about the server's health must be refused.
    var isCrowded: Bool { working.count > limit }

    /// A connection has come.
    ///
    /// - Returns: The connection that is to be closed for it, if any. It has then left the room.
    mutating func enter(_ id: ID) -> ID? {
        wait(id)
        guard count > limit, let longest = longestWaiting(but: id) else { return nil }
        waiting[longest] = nil
        return longest
    }

    /// The head of a request has come. Nothing happens for a connection that has left.
    mutating func beginWork(_ id: ID) {
        if waiting.removeValue(forKey: id) != nil { working.insert(id) }
    }

    /// The request has come to its end, and so has its answer.
    mutating func endWork(_ id: ID) {
        if working.remove(id) != nil { wait(id) }
    }

    mutating func leave(_ id: ID) {
        waiting[id] = nil
        working.remove(id)
    }

    private mutating func wait(_ id: ID) {
        turn += 1
        waiting[id] = turn
        order.append((id, turn))
        if order.count > 2 * waiting.count + 64 {
            order = order[first...].filter { waiting[$0.id] == $0.turn }
            first = 0
        }
    }

    private mutating func longestWaiting(but newest: ID) -> ID? {
        while first < order.endIndex {
            let candidate = order[first]
            let isWaiting = waiting[candidate.id] == candidate.turn
            if isWaiting, candidate.id == newest { return nil }
            first += 1
            if isWaiting { return candidate.id }
        }
        return nil
    }
}
