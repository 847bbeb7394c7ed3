import Foundation
import LIFHTTP
import LIFJSON
import Testing

/// What tests do with jobs.
extension Home {
    /// A source that ends with the home.
    func source(
        delay: ClosedRange<Int> = 0...0, bytes: Int = 0, isHolding: Bool = false
    ) async throws -> CountingSource {
        let source = try await CountingSource.start(delay: delay, bytes: bytes, isHolding: isHolding)
        atEnd { await source.stop() }
        return source
    }

    /// - Parameter members: What stands beside the plan.
    func submit(
        _ parts: [JSONValue], at url: String, _ members: JSONValue = [:],
        headers: [(name: String, value: String)] = [], path: String = "/jobs"
    ) async throws -> Answer {
        var document = members.object ?? JSONObject()
        document["lif_query_plan"] = .array(parts)
        return try await post(url + path, Array(RawJSON(.object(document)).bytes), headers: headers)
    }

    /// - Returns: The id of the job, which must be accepted.
    func accepted(
        _ parts: [JSONValue], at url: String, _ members: JSONValue = [:],
        headers: [(name: String, value: String)] = []
    ) async throws -> String {
        let answer = try await submit(parts, at: url, members, headers: headers)
        #expect(answer.status == 200, "\(answer.json)")
        return try #require(answer.json["run_id"]?.string)
    }

    /// The job's results, waited for.
    func result(_ job: String, at url: String) async throws -> Answer {
        try await get(url + "/jobs/\(job)/result", headers: [("Prefer", "wait=15")])
    }

    func status(_ job: String, at url: String) async throws -> JSONValue { try await get(url + "/jobs/\(job)").json }

    func log(of job: String, at url: String) async throws -> String {
        String(decoding: try await get(url + "/jobs/\(job)/log").response.body, as: UTF8.self)
    }

    func untilLanded(_ count: Int, of job: String, at url: String) async throws {
        try await eventually("\(count) parts have landed") {
            try await self.status(job, at: url).landed.count >= count
        }
    }

    /// Calls with each event of a job, until it returns `false` or the events end.
    func events(
        of job: String, at url: String, _ event: (_ name: String, _ data: JSONValue) async throws -> Bool
    ) async throws {
        try await events(at: url + "/jobs/\(job)/events", event)
    }

    /// - Parameter last: The id of the last event that was seen.
    func events(
        at url: String, after last: Int? = nil, _ event: (_ name: String, _ data: JSONValue) async throws -> Bool
    ) async throws {
        let headers = last.map { [(name: "Last-Event-ID", value: "\($0)")] } ?? []
        var text = ""
        do {
            try await http.stream(
                OutgoingRequest(.get, url: url, headers: headers, timeout: .seconds(30)),
                head: { #expect($0 == 200) },
                chunk: { bytes in
                    text += String(decoding: bytes, as: UTF8.self)
                    while let end = text.range(of: "\n\n") {
                        let lines = text[..<end.lowerBound].split(separator: "\n")
                        text.removeSubrange(..<end.upperBound)
                        guard let name = lines.first(where: { $0.hasPrefix("event: ") })?.dropFirst(7),
                            let data = lines.first(where: { $0.hasPrefix("data: ") })?.dropFirst(6)
                        else { continue }
                        if try await !event(String(name), try JSONParser.parse(String(data))) { throw SeenEnough() }
                    }
                })
        } catch is SeenEnough {}
    }

    private struct SeenEnough: Error {}

    /// The value of a metric; `nil` when it has none yet.
    func metric(_ name: String, at url: String) async throws -> Double? {
        let answer = try await get(url + "/metrics")
        let lines = String(decoding: answer.response.body, as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
    }
}

extension JSONValue {
    /// Of a job's status: the parts that have an outcome.
    var landed: [JSONValue] { self["parts"]?.array?.filter { $0["outcome"] != .null } ?? [] }

    /// Of a result: what became of each part.
    var results: [JSONValue] { self["result"]?["query_plan_part_results"]?.array ?? [] }
}

struct NotInTime: Error, CustomStringConvertible {
    let description: String
}

/// Waits until something is so.
///
/// - Returns: How long that took.
/// - Throws: `NotInTime`.
@discardableResult
func eventually(
    _ what: String, within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
) async throws -> Duration {
    let (clock, start) = (ContinuousClock(), ContinuousClock.now)
    while try await !condition() {
        if clock.now - start > limit { throw NotInTime(description: "It did not come about in time that \(what).") }
        try await Task.sleep(for: .milliseconds(10))
    }
    return clock.now - start
}
