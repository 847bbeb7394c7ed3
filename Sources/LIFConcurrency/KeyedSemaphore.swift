import Synchronization

/// A number of places for each key, so that one key's tasks delay no other's. A key without tasks costs nothing.
package final class KeyedSemaphore<Key: Hashable & Sendable>: Sendable {
    private typealias Entry = (semaphore: TaskSemaphore<PlaceLedger>, users: Int)

    private let places: Int
    private let entries: Mutex<[Key: Entry]> = Mutex([:])

    /// So many places for each key.
    package init(placesPerKey places: Int) { self.places = places }

    /// How many keys have tasks in a place, or waiting for one.
    package var keyCount: Int { entries.withLock { $0.count } }

    /// How many wait now, for places of any key.
    package var waitingCount: Int { entries.withLock { $0.values.reduce(0) { $0 + $1.semaphore.waitingCount } } }

    /// Does something in one of the key's places.
    ///
    /// - Throws: What the body throws; `CancellationError` when the task is cancelled before it has a place.
    package func inPlace<Value>(of key: Key, _ body: () async throws -> Value) async throws -> Value {
        let semaphore = enter(key)
        defer { leave(key) }
        return try await semaphore.inPlace(body)
    }

    private func enter(_ key: Key) -> TaskSemaphore<PlaceLedger> {
        entries.withLock { entries in
            let semaphore = entries[key]?.semaphore ?? TaskSemaphore(places: places)
            entries[key] = (semaphore, (entries[key]?.users ?? 0) + 1)
            return semaphore
        }
    }

    private func leave(_ key: Key) {
        entries.withLock { entries in
            guard let (semaphore, users) = entries[key] else { return }
            entries[key] = users > 1 ? (semaphore, users - 1) : nil
        }
    }
}
