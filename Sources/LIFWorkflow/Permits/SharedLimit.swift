public import LIFModel

/// One limit as a store keeps it: which process has how much of it, and until when. Pure; the store reads it, settles a claim and
/// writes it back in one transaction, by a clock that all processes on it share and that nobody sets.
///
/// At no time is more held than there is. What nobody lacks goes to those who ask, so that they need not ask for each task. As soon
/// as someone lacks something, the others keep their fair share at most (max-min), and give the rest back. Where there is less than
/// one for each, they take turns of a `quantum`.
public struct SharedLimit: Sendable, Hashable {
    /// What one process has and wants.
    public struct Share: Sendable, Hashable {
        /// `nil` for what was given back and is used by nobody until it expires.
        public let holder: HolderID?
        /// How much it has.
        public let held: Int
        /// How much it wants; at least what it has.
        public let wanted: Int
        /// Since when it has something, or waits for something.
        public let since: Duration
        /// When it is free again.
        public let until: Duration

        /// A share by the store's clock.
        public init(holder: HolderID?, held: Int, wanted: Int, since: Duration, until: Duration) {
            self.holder = holder
            self.held = held
            self.wanted = wanted
            self.since = since
            self.until = until
        }

        fileprivate var lacks: Bool { wanted > held }

        /// What is left of it when its holder is gone: what it had is free after the rest.
        ///
        /// - Returns: `nil` when nothing is left.
        public func resting(for rest: Duration, from now: Duration) -> Share? {
            held > 0 && rest > .zero ? Share(holder: nil, held: held, wanted: held, since: now, until: now + rest) : nil
        }
    }

    /// How long a process may keep what others wait for in turn.
    public static let quantum = Duration.seconds(1)

    /// The shares, in no order that matters.
    public private(set) var shares: [Share]

    /// A limit with the shares that were kept last.
    public init(_ shares: [Share] = []) { self.shares = shares }

    /// Settles a claim. What has expired is free. A claim that changes nothing leaves the shares as they are, unless half of its
    /// lifetime is over, so that it needs no write.
    ///
    /// - Parameter now: By the store's clock.
    public mutating func settle(_ claim: PermitClaim, of holder: HolderID, now: Duration) -> PermitGrant {
        let others = shares.filter { $0.holder != holder && $0.until > now }
        let own = shares.first { $0.holder == holder && $0.until - claim.rest > now }
        let lapsed = shares.filter { $0.holder == holder && $0.until > now }.reduce(0) { $0 + $1.held }
        let free = max(0, claim.size - others.reduce(0) { $0 + $1.held } - (own == nil ? lapsed : 0))
        let usable = min(free, allowance(of: holder, own, others, claim, now))
        let held = max(usable, min(free, claim.inUse))
        let wanted = max(held, min(claim.wanted, claim.size))
        let next = Share(
            holder: holder, held: held, wanted: wanted,
            since: own.flatMap { ($0.held > 0) == (held > 0) ? $0.since : nil } ?? now,
            until: now + claim.lifetime + claim.rest)
        let isSame = own?.held == held && own?.wanted == wanted
        let isFresh = own.map { $0.until - claim.rest - now > claim.lifetime / 2 } ?? (wanted == 0 && lapsed == 0)
        let isKept = !(isSame || own == nil) || !isFresh
        if isKept { keep(next, others, own, lapsed, claim, now) }
        let lacks = wanted > usable
        let isOwed = others.contains(where: \.lacks)
        let expiry = lacks ? others.map(\.until).min().map { $0 - now } : nil
        let turn = isOwed && usable > 0 ? max(.zero, next.since + Self.quantum - now) : nil
        return PermitGrant(
            usable: usable, held: held, lifetime: isKept ? claim.lifetime : (own?.until ?? now) - claim.rest - now,
            review: [expiry, turn].compactMap(\.self).filter { $0 > .zero }.min())
    }

    private mutating func keep(
        _ next: Share, _ others: [Share], _ own: Share?, _ lapsed: Int, _ claim: PermitClaim, _ now: Duration
    ) {
        shares = others
        if next.wanted > 0 { shares.append(next) }
        let givenBack = own.map { max(0, $0.held - next.held) } ?? lapsed
        let rest = Share(holder: nil, held: givenBack, wanted: 0, since: now, until: now).resting(
            for: claim.rest, from: now)
        if let rest { shares.append(rest) }
    }

    /// How much a process may have, with what the others want: its fair share, and of what nobody lacks an equal part.
    private func allowance(
        of holder: HolderID, _ own: Share?, _ others: [Share], _ claim: PermitClaim, _ now: Duration
    ) -> Int {
        let wanting = others.filter { $0.holder != nil && $0.wanted > 0 }
        let wanted = min(claim.wanted, claim.size)
        if wanted == 0 { return wanting.isEmpty ? own?.held ?? 0 : 0 }
        let claimant = Share(
            holder: holder, held: own?.held ?? 0, wanted: wanted, since: own?.since ?? now, until: now)
        let ordered = (wanting + [claimant]).sorted { Self.order($0, now) < Self.order($1, now) }
        var targets = ordered.map { _ in 0 }
        var remaining = claim.size
        var open = Array(ordered.indices)
        while remaining > 0, !open.isEmpty {
            // Where there is less than one for each, the first ones get it.
            let each = max(1, remaining / open.count)
            for index in open where remaining > 0 {
                let more = min(each, ordered[index].wanted - targets[index], remaining)
                targets[index] += more
                remaining -= more
            }
            open.removeAll { targets[$0] >= ordered[$0].wanted }
        }
        let index = ordered.firstIndex { $0.holder == holder } ?? 0
        let allowance = targets[index] + remaining / ordered.count
        // As long as nobody lacks anything, what is there stays: it would be asked for again.
        return wanting.contains(where: \.lacks) ? allowance : max(allowance, own?.held ?? 0)
    }

    /// First who has had a turn for less than a quantum, then who waits for one, the longest first, then who has had one.
    private static func order(_ share: Share, _ now: Duration) -> (Int, Duration, String) {
        let group = share.held == 0 ? 1 : share.since + quantum > now ? 0 : 2
        return (group, share.since, share.holder?.text ?? "")
    }
}
