import Foundation
import LIFModel
import LIFWorkflow
import Testing

@Suite("Any cron expression")
struct CronPropertyTests {
    @Test(
        "Its times are those that a look at each minute finds",
        arguments: [
            ("UTC", "2026-02-20T00:00:00Z"), ("UTC", "2027-12-15T00:00:00Z"),
            ("America/New_York", "2026-03-01T00:00:00Z"), ("America/New_York", "2026-10-25T00:00:00Z"),
            ("Europe/Berlin", "2028-02-25T00:00:00Z"), ("Europe/Berlin", "2026-10-18T00:00:00Z"),
            ("Australia/Lord_Howe", "2026-09-27T00:00:00Z"), ("Australia/Lord_Howe", "2026-03-27T00:00:00Z"),
            ("America/St_Johns", "2010-10-31T00:00:00Z"), ("America/Sao_Paulo", "2018-10-28T00:00:00Z"),
            ("Pacific/Apia", "2011-12-22T00:00:00Z"), ("Asia/Kathmandu", "2026-06-20T00:00:00Z"),
        ])
    func likeAMinuteWalk(name: String, from: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        let walk = MinuteWalk(zone: zone, start: try #require(Date(iso8601: from)), days: 18)
        var random = SplitMix(seed: 0x1F)
        for _ in 0..<25 {
            let (text, values) = RandomCron.make(&random)
            let expected = walk.times(values)
            let expression = try CronExpression(text)
            var found: [Date] = []
            var time = walk.start + 86_400
            while let next = expression.next(after: time, in: zone), next < walk.end {
                try #require(next > time)
                found.append(next)
                time = next
            }
            let difference = Set(found).symmetricDifference(expected).min()
            #expect(found == expected, "\"\(text)\" in \(name): they differ at \(difference?.iso8601 ?? "no time")")
        }
    }

    @Test("The next time is the same from anywhere before it")
    func anywhere() throws {
        var random = SplitMix(seed: 7)
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        let start = try #require(Date(iso8601: "2026-01-01T00:00:00Z"))
        for _ in 0..<300 {
            let expression = try CronExpression(RandomCron.make(&random).text)
            let from = start + Double.random(in: 0...366 * 86_400, using: &random)
            guard let next = expression.next(after: from, in: zone) else { continue }
            let between = Date(
                timeIntervalSince1970: .random(
                    in: from.timeIntervalSince1970..<next.timeIntervalSince1970, using: &random))
            #expect(expression.next(after: between, in: zone) == next, "\"\(expression)\" after \(between.iso8601)")
        }
    }
}

/// Random expressions, together with what they mean, which is not taken from the parser.
private enum RandomCron {
    static func make(_ random: inout SplitMix) -> (text: String, values: MinuteWalk.Values) {
        let anyMonth = ("*", Set(1...12))
        let fields = [
            field(0...59, &random), field(0...23, &random), field(1...31, &random),
            Int.random(in: 0..<3, using: &random) == 0 ? field(1...12, &random) : anyMonth, field(0...7, &random),
        ]
        return (fields.map(\.0).joined(separator: " "), MinuteWalk.Values(fields))
    }

    private static func field(_ allowed: ClosedRange<Int>, _ random: inout SplitMix) -> (String, Set<Int>) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            return ("*", Set(allowed))
        case 1:
            let step = Int.random(in: 1...7, using: &random)
            return ("*/\(step)", Set(stride(from: allowed.lowerBound, through: allowed.upperBound, by: step)))
        default:
            let items = (0..<Int.random(in: 1...3, using: &random)).map { _ in item(allowed, &random) }
            return (items.map(\.0).joined(separator: ","), items.reduce(into: []) { $0.formUnion($1.1) })
        }
    }

    private static func item(_ allowed: ClosedRange<Int>, _ random: inout SplitMix) -> (String, Set<Int>) {
        let low = Int.random(in: allowed, using: &random)
        guard Bool.random(using: &random) else { return ("\(low)", [low]) }
        let high = Int.random(in: low...allowed.upperBound, using: &random)
        let step = Int.random(in: 1...5, using: &random)
        return (
            step == 1 ? "\(low)-\(high)" : "\(low)-\(high)/\(step)", Set(stride(from: low, through: high, by: step))
        )
    }
}

/// Vigna's SplitMix64: the same numbers in every run.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
