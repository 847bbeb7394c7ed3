import Foundation
import Testing

@testable import LIFSQLite

@Suite("How long a process has not renewed its lease, as another sees it")
struct PeerSilenceTests {
    private static let touched = Date(timeIntervalSince1970: 1_800_000_000)

    /// Looks at so many seconds after the first one, with a renewal every 5 seconds and an expiry of 30.
    ///
    /// - Parameter looks: When, and by how much the file's time has moved since the first look.
    /// - Returns: At which of the times it counts as hung, and at which it is told of.
    private func hung(_ looks: [(second: Double, moved: Double)]) -> (hung: [Double], told: [Double]) {
        let start = SuspendingClock.now
        var silence = PeerSilence(
            renewal: .seconds(5), expiry: .seconds(30), touchedAt: Self.touched, at: start)
        var (hung, told) = ([Double](), [Double]())
        for (second, moved) in looks {
            if silence.look(Self.touched + moved, at: start + .seconds(second)) { told.append(second) }
            if silence.isHung { hung.append(second) }
        }
        return (hung, told)
    }

    @Test("It hangs when it is seen unchanged for longer than the lease, which is reported once; a renewal ends that")
    func hangs() {
        let looks: [(Double, Double)] =
            stride(from: 5, through: 30, by: 5).map { ($0, 0) } + [(30.001, 0), (35, 0), (40, 1)]
            + stride(from: 45, through: 70, by: 5).map { ($0, 1) } + [(75, 1)]
        let (hung, told) = hung(looks)
        #expect(hung == [30.001, 35, 75])
        #expect(told == [30.001, 75])
    }

    @Test("A file whose time was set back is renewed too")
    func setBack() {
        #expect(hung((1...20).map { (Double($0 * 5), Double(-$0)) }).hung.isEmpty)
    }

    @Test("After a stop of an hour it is looked at again before it counts as hung: both may have been stopped")
    func stoppedTogether() {
        #expect(hung([(5, 0), (3_605, 0), (3_610, 3_600)]).hung.isEmpty)
    }

    @Test("One that hangs is noticed also by a process that was stopped again and again")
    func hangsAndStopped() {
        #expect(hung((1...4).map { (Double($0 * 3_600), 0) }).told == [4 * 3_600])
    }
}
