import Foundation
import LIFJSON

/// Sees what an operator sends to its source and what comes back (`lif sources try`). Nobody looks at an ordinary fetch, and
/// nothing is put together for it.
public struct OperatorTrace: Sendable {
    /// What happened, in the order of happening.
    public enum Event: Sendable, Hashable {
        /// What is sent to the source.
        case request(Message)
        /// What came back.
        case answer(Message)
        /// A line for the job's log.
        case log(String)
        /// What of a mapping found nothing in an answer that has data.
        case unmatched([UnmatchedTarget])
    }

    /// A request or an answer for people, with learners' data and without credentials.
    public struct Message: Sendable, Hashable {
        /// What is asked and where, or how the answer came.
        public let title: String
        /// Headers, parameters and the like.
        public let lines: [String]
        /// The body as UTF-8 text, with bytes that are not UTF-8 replaced; `nil` when there was none.
        public let body: String?
        fileprivate let secrets: [String]

        /// Hides in another text what was hidden in this one: what a source repeats may go on into fragments and logs.
        public func hide(in text: String) -> String { OperatorTrace.hide(secrets, in: text) }
    }

    /// Stands in the place of a credential.
    public static let hidden = "•••"

    private let take: @Sendable (Event) -> Void

    /// A trace that passes each event on.
    ///
    /// - Parameter take: Takes each event as it happens.
    public init(_ take: @escaping @Sendable (Event) -> Void) { self.take = take }

    /// Reports a request to the source.
    ///
    /// - Parameters:
    ///   - secrets: What must not be shown, wherever it stands.
    public func request(
        _ title: String, lines: [String] = [], body: [UInt8]? = nil, hiding secrets: [String] = []
    ) {
        take(.request(Self.message(title, lines, body, secrets)))
    }

    /// Reports an answer of the source.
    ///
    /// - Parameters:
    ///   - secrets: What must not be shown, wherever it stands: a source may repeat what it was sent.
    public func answer(
        _ title: String, lines: [String] = [], body: [UInt8]? = nil, hiding secrets: [String] = []
    ) {
        take(.answer(Self.message(title, lines, body, secrets)))
    }

    /// Reports a line that goes into the job's log.
    ///
    /// - Parameter line: For the job's log.
    public func log(_ line: String) { take(.log(line)) }

    /// What of a mapping found nothing; nothing is reported of none.
    public func unmatched(_ targets: [UnmatchedTarget]) {
        if !targets.isEmpty { take(.unmatched(targets)) }
    }

    private static func message(
        _ title: String, _ lines: [String], _ body: [UInt8]?, _ secrets: [String]
    ) -> Message {
        Message(
            title: hide(secrets, in: title), lines: lines.map { hide(secrets, in: $0) },
            body: body.map { hide(secrets, in: String(decoding: $0, as: UTF8.self)) }, secrets: secrets)
    }

    /// One of a few letters stands in many words that are no credential. The longest first: a shorter one may be in it.
    private static func hide(_ secrets: [String], in text: String) -> String {
        Set(secrets.filter { $0.count > 3 }.flatMap(forms)).sorted { ($0.count, $0) > ($1.count, $1) }
            .reduce(text) { $0.replacing($1, with: hidden) }
    }

    /// A credential as it stands by itself, in a URL, and in JSON.
    private static func forms(of secret: String) -> [String] {
        let plain = secret.removingPercentEncoding ?? secret
        let escaped = String(RawJSON(.string(plain)).text.dropFirst().dropLast())
        let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        let encoded = plain.addingPercentEncoding(withAllowedCharacters: unreserved) ?? plain
        return [secret, plain, encoded, escaped, escaped.replacing("/", with: "\\/")]
    }
}
