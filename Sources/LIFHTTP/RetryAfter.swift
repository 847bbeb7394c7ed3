/// Reads `Retry-After` (RFC 9110, section 10.2.3): whole seconds, or a date.
enum RetryAfter {
    /// What is longer is taken for this: a year.
    static let longest = 366 * 86_400

    /// - Parameter now: Seconds since 1970.
    /// - Returns: Seconds; `nil` when the text is neither form, or asks for no wait.
    static func seconds(_ text: some StringProtocol, now: Double) -> Double? {
        let trimmed = text.utf8.drop { $0 == 0x20 || $0 == 0x09 }
        let bytes = trimmed.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
        let seconds: Double
        if !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than a number holds are a long time all the same.
            seconds = Double(Int(String(decoding: bytes, as: UTF8.self)) ?? .max)
        } else if let date = HTTPDate(String(decoding: bytes, as: UTF8.self), now: now) {
            seconds = Double(date.secondsSince1970) - now
        } else {
            return nil
        }
        return seconds > 0 ? min(seconds, Double(longest)) : nil
    }
}

extension OutgoingResponse {
    /// How long the one who answered asks to be left alone; `nil` when it says nothing that can be understood, or no time
    /// at all. At most a year. Only a status that may pass (`FailureStatus`) is asked for it.
    ///
    /// - Parameter now: Seconds since 1970, for the header's form with a date.
    public func retryAfter(now: Double) -> Duration? {
        guard FailureStatus(status).mayPass, let text = header("Retry-After") else { return nil }
        return RetryAfter.seconds(text, now: now).map { .seconds($0) }
    }
}
