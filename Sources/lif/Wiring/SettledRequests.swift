/// Requests, each given on a little later than it came: a change of several files, or a file that is written in pieces, is
/// over by then.
struct SettledRequests<Base: AsyncSequence>: AsyncSequence where Base.Failure == Never {
    private let base: Base
    private let settle: () async -> Void

    init(_ base: Base, settle: @escaping () async -> Void = { try? await Task.sleep(for: .milliseconds(200)) }) {
        self.base = base
        self.settle = settle
    }

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), settle: settle) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var base: Base.AsyncIterator
        fileprivate let settle: () async -> Void

        mutating func next() async -> Base.Element? {
            guard let request = await base.next(isolation: nil) else { return nil }
            await settle()
            return request
        }
    }
}
