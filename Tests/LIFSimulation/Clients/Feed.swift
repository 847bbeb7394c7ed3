import Synchronization

/// Where a reader of a feed stands: it goes on from there when its connection is lost.
final class Feed: Sendable {
    private let place: Mutex<Int>

    init(position: Int) { place = Mutex(position) }

    var position: Int { place.withLock { $0 } }

    func advance(to position: Int) { place.withLock { $0 = position } }
}
