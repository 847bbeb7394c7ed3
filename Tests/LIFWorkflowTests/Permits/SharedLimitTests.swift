import LIFModel
import LIFWorkflow
import Testing

/// What processes agree on about one limit.
@Suite struct SharedLimitTests {
    private let a = HolderID()
    private let b = HolderID()
    private let c = HolderID()
    private let limit = SharedLimitID(pool: "hr", kind: .places)

    private func claim(_ size: Int, _ wanted: Int, inUse: Int = 0, rest: Duration = .zero) -> PermitClaim {
        PermitClaim(limit, size: size, wanted: wanted, inUse: inUse, lifetime: .seconds(30), rest: rest)
    }

    @Test("Who is alone has all of it, and needs no write to go on")
    func alone() {
        var shared = SharedLimit()
        #expect(
            shared.settle(claim(10, 1), of: a, now: .zero)
                == PermitGrant(usable: 10, held: 10, lifetime: .seconds(30)))
        let before = shared
        for wanted in 1...20 {
            let grant = shared.settle(claim(10, wanted), of: a, now: .seconds(10))
            #expect(grant.usable == 10 && grant.lifetime == .seconds(20))
            #expect(shared == before)
        }
    }

    @Test("What another lacks is given back as soon as it is not in use, down to the fair share")
    func fairShare() {
        var shared = SharedLimit()
        _ = shared.settle(claim(10, 20), of: a, now: .zero)
        let waiting = shared.settle(claim(10, 20), of: b, now: .seconds(1))
        #expect(waiting.usable == 0 && waiting.review == .seconds(29))
        let owing = shared.settle(claim(10, 20, inUse: 8), of: a, now: .seconds(2))
        #expect(owing.usable == 5 && owing.held == 8)
        #expect(shared.settle(claim(10, 20), of: b, now: .seconds(3)).usable == 2)
        #expect(shared.settle(claim(10, 20, inUse: 5), of: a, now: .seconds(4)).held == 5)
        #expect(shared.settle(claim(10, 20, inUse: 2), of: b, now: .seconds(5)).usable == 5)
    }

    @Test("What nobody lacks is divided, so that few claims are needed")
    func spare() {
        var shared = SharedLimit()
        _ = shared.settle(claim(10, 2), of: a, now: .zero)
        _ = shared.settle(claim(10, 3), of: b, now: .seconds(1))
        #expect(shared.settle(claim(10, 2, inUse: 2), of: a, now: .seconds(2)).usable == 4)
        #expect(shared.settle(claim(10, 3), of: b, now: .seconds(3)).usable == 4)
        let before = shared
        #expect(shared.settle(claim(10, 1, inUse: 1), of: a, now: .seconds(4)).usable == 4)
        #expect(shared == before)
    }

    @Test("Where there is less than one for each they take turns, in the order in which they came")
    func turns() {
        var shared = SharedLimit()
        #expect(shared.settle(claim(1, 5), of: a, now: .zero).usable == 1)
        #expect(shared.settle(claim(1, 5), of: b, now: .milliseconds(100)).usable == 0)
        #expect(shared.settle(claim(1, 5), of: c, now: .milliseconds(200)).usable == 0)
        let turn = shared.settle(claim(1, 5, inUse: 1), of: a, now: .milliseconds(300))
        #expect(turn.usable == 1 && turn.review == .milliseconds(700), "its turn is not over")
        #expect(
            shared.settle(claim(1, 5, inUse: 1), of: a, now: .seconds(1))
                == PermitGrant(usable: 0, held: 1, lifetime: .seconds(29), review: .milliseconds(29_100)))
        #expect(shared.settle(claim(1, 5), of: a, now: .seconds(2)).held == 0)
        #expect(shared.settle(claim(1, 5), of: c, now: .seconds(2)).usable == 0, "it came later")
        #expect(shared.settle(claim(1, 5), of: b, now: .seconds(2)).usable == 1)
    }

    @Test("What is not claimed anew in its lifetime is free, and who comes back gets what the others leave")
    func expiry() {
        var shared = SharedLimit()
        _ = shared.settle(claim(4, 9), of: a, now: .zero)
        #expect(shared.settle(claim(4, 9), of: b, now: .seconds(29)).usable == 0)
        #expect(shared.settle(claim(4, 3), of: b, now: .seconds(30)).usable == 4)
        #expect(shared.settle(claim(4, 9, inUse: 4), of: a, now: .seconds(31)).held == 0)
    }

    @Test("What is given back of a rate rests for the period before it is another's")
    func rest() {
        var shared = SharedLimit()
        let minute = Duration.seconds(60)
        #expect(shared.settle(claim(2, 9, rest: minute), of: a, now: .zero).usable == 2)
        #expect(shared.settle(claim(2, 9, rest: minute), of: b, now: .seconds(5)).usable == 0)
        #expect(shared.settle(claim(2, 9, rest: minute), of: a, now: .seconds(6)).usable == 1)
        let resting = shared.settle(claim(2, 9, rest: minute), of: b, now: .seconds(65))
        #expect(resting.usable == 0)
        #expect(shared.settle(claim(2, 9, rest: minute), of: b, now: .seconds(66)).usable == 1)
    }

    @Test(
        "A rate is a number per second, minute or hour",
        arguments: [
            ("10/s", RateLimit(starts: 10, period: .seconds(1))),
            ("600/min", RateLimit(starts: 600, period: .seconds(60))),
            ("1/h", RateLimit(starts: 1, period: .seconds(3_600))), ("0/s", nil), ("10", nil), ("10/d", nil),
            ("-1/s", nil), ("1/s/s", nil), ("100001/s", nil), ("+1/s", nil), ("1.5/s", nil), ("/s", nil),
        ])
    func rates(text: String, rate: RateLimit?) { #expect(RateLimit(text: text) == rate) }
}
