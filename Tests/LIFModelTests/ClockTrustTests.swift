import Foundation
import LIFModel
import Testing

@Suite("Whether the time of day is believed")
struct ClockTrustTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// - Parameters:
    ///   - passed: Seconds of real time since the first reading.
    ///   - ahead: How far the time of day is ahead then.
    private static func reading(_ passed: Double, ahead: Double = 0, boot: String = "a") -> ClockReading {
        ClockReading(wall: start + passed + ahead, sinceBoot: .seconds(1_000 + passed), boot: boot)
    }

    private static func trust() -> ClockTrust { ClockTrust(reading(0)) }

    @Test("A clock that is moved by no more than an hour is believed", arguments: [0.0, 3_600.0, -3_600.0, 12.0])
    func adjusted(ahead: Double) {
        var trust = Self.trust()
        #expect(trust.look(at: Self.reading(10, ahead: ahead)) == .none)
        #expect(trust.isBelieved)
    }

    @Test(
        "One that is moved further is not, until it has been steady for a day",
        arguments: [3_601.0, -3_601.0, 2_678_400.0])
    func moved(ahead: Double) {
        var trust = Self.trust()
        #expect(trust.look(at: Self.reading(10, ahead: ahead)) == .moved(.seconds(ahead)))
        for hour in 1...23 {
            #expect(trust.look(at: Self.reading(10 + Double(hour) * 3_600, ahead: ahead)) == .none)
            #expect(!trust.isBelieved)
        }
        #expect(trust.look(at: Self.reading(10 + 86_399, ahead: ahead)) == .none)
        #expect(trust.look(at: Self.reading(10 + 86_400, ahead: ahead)) == .isSteadyAgain)
        #expect(trust.isBelieved)
    }

    @Test("Setting it right counts as a move too, and the day begins anew")
    func setRight() {
        var trust = Self.trust()
        _ = trust.look(at: Self.reading(10, ahead: 86_400))
        _ = trust.look(at: Self.reading(80_000, ahead: 86_400))
        #expect(trust.look(at: Self.reading(80_008)) == .moved(.seconds(-86_400)))
        #expect(trust.look(at: Self.reading(80_008 + 86_399)) == .none)
        #expect(!trust.isBelieved)
        #expect(trust.look(at: Self.reading(80_008 + 86_400)) == .isSteadyAgain)
    }

    @Test("A clock that goes too fast is not believed, however often one looks; one that drifts a little is")
    func fast() {
        var trust = Self.trust()
        #expect(trust.look(at: Self.reading(60, ahead: 2_940)) == .none)
        #expect(trust.look(at: Self.reading(120, ahead: 5_880)) == .moved(.seconds(5_880)))
        #expect(trust.look(at: Self.reading(180, ahead: 8_820)) == .none)
        #expect(trust.look(at: Self.reading(240, ahead: 11_760)) == .moved(.seconds(5_880)))
        trust = Self.trust()
        for hour in 1...240 {
            #expect(trust.look(at: Self.reading(Double(hour) * 3_600, ahead: Double(hour) * 100)) == .none)
        }
        #expect(trust.isBelieved)
    }

    @Test("Time in which nobody looked, and in which the machine slept, moves nothing")
    func slept() {
        var trust = Self.trust()
        #expect(trust.look(at: Self.reading(40 * 86_400)) == .none)
        #expect(trust.isBelieved)
    }

    @Test("After another start of the machine, a time that is much later or any earlier is not believed")
    func otherBoot() {
        for (wall, isBelieved) in [(60.0, true), (3_600, true), (3_700, false), (-3_600, false), (-61, false)] {
            var trust = Self.trust()
            let reading = ClockReading(wall: Self.start + wall, sinceBoot: .seconds(5), boot: "b")
            #expect((trust.look(at: reading) == .none) == isBelieved)
            #expect(trust.isBelieved == isBelieved)
        }
        // A clock since the start that goes back is another start, whatever its name.
        var trust = Self.trust()
        let reading = ClockReading(wall: Self.start + 7_200, sinceBoot: .seconds(5), boot: "a")
        #expect(trust.look(at: reading) == .moved(.seconds(7_200)))
    }

    @Test("A machine that is switched off every night has been steady for a day after some days")
    func offAtNight() {
        var trust = Self.trust()
        var days = 0
        while days < 10 {
            days += 1
            let morning = Self.start + Double(days) * 86_400
            let boot = "day \(days)"
            _ = trust.look(at: ClockReading(wall: morning, sinceBoot: .seconds(5), boot: boot))
            let evening = ClockReading(wall: morning + 8 * 3_600, sinceBoot: .seconds(5 + 8 * 3_600), boot: boot)
            if trust.look(at: evening) == .isSteadyAgain { break }
        }
        #expect(days == 3)
    }

    @Test("Whoever confirms the time has it believed")
    func confirmed() {
        var trust = Self.trust()
        _ = trust.look(at: Self.reading(10, ahead: 86_400))
        trust.confirm(Self.reading(20, ahead: 86_400))
        #expect(trust.isBelieved)
        #expect(trust.look(at: Self.reading(30, ahead: 86_400)) == .none)
        #expect(trust.look(at: Self.reading(40)) == .moved(.seconds(-86_400)))
    }
}
