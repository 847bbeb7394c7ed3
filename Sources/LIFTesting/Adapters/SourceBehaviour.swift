import LIFModel

/// How the source behaves in one check of `AdapterConformance`.
public enum SourceBehaviour: String, Sendable, Hashable, CaseIterable {
    /// Answers as it should.
    case sound
    /// Takes the request and says nothing; the adapter's own time limit, if it has one, is a minute or more.
    case silent
    /// Takes the request and says nothing; the adapter's own time limit is a second or less. For adapters that have one.
    case tooSlow
    /// Ends in the middle of an answer.
    case closesEarly
    /// Answers with something that is not in its format.
    case garbage
    /// Answers with more than the adapter is configured to take.
    case tooLarge
    /// Says that it cannot answer now (HTTP 503).
    case failing
    /// Says that this cannot be answered (HTTP 400).
    case rejecting
    /// Does not accept the credential (HTTP 401).
    case refusing
    /// Is not there: nothing listens.
    case absent

    /// What a check says of it; `nil` where no failure is expected.
    var sentence: String? {
        switch self {
        case .sound, .silent: nil
        case .tooSlow: "A source that does not answer in time is a time-out, which may pass."
        case .closesEarly: "A source that ends in the middle of its answer has failed; what came is not taken for all."
        case .garbage: "An answer that cannot be read is invalid, and trying again does not help."
        case .tooLarge: "An answer that is too large is not read on, and trying again does not help."
        case .failing: "A source that cannot answer now has failed, which may pass."
        case .rejecting: "A source that cannot answer this has failed, and trying again does not help."
        case .refusing: "A credential that is refused is reported as such, and trying again does not help."
        case .absent: "A source that is not there is unreachable, which may pass."
        }
    }

    /// The reasons that an adapter may give, and whether another attempt may help.
    var expected: [Failure.Reason: Bool] {
        switch self {
        case .sound, .silent: [:]
        case .tooSlow: [.timeout: true]
        case .closesEarly: [.unreachable: true, .sourceError: true, .invalidAnswer: false]
        case .garbage: [.invalidAnswer: false]
        case .tooLarge: [.answerTooLarge: false]
        case .failing: [.sourceError: true]
        case .rejecting: [.sourceError: false]
        case .refusing: [.refused: false]
        case .absent: [.unreachable: true]
        }
    }
}

extension SourceServer {
    /// Runs a source over HTTP that behaves as a check of `AdapterConformance` asks.
    ///
    /// - Parameters:
    ///   - secret: Stands in all that it answers when it does not behave.
    ///   - misbehaves: Which requests the behaviour is about; the others are answered as they should be.
    ///   - sound: Answers as it should.
    public static func with(
        _ behaviour: SourceBehaviour, secret: String,
        to misbehaves: @escaping @Sendable (Asked) -> Bool = { _ in true },
        otherwise sound: @escaping Responder, _ body: @escaping @Sendable (SourceServer) async throws -> Void
    ) async throws {
        if behaviour == .absent {
            // Its port was free a moment ago, and nothing listens there now.
            return try await body(try await with(sound) { $0 })
        }
        let reply = Reply(behaviour, secret: secret)
        try await with(
            { asked in
                if let reply, misbehaves(asked) { return reply }
                return try await sound(asked)
            }, body)
    }
}

extension SourceServer.Reply {
    /// - Returns: `nil` for a source that answers as it should, or is not there.
    init?(_ behaviour: SourceBehaviour, secret: String) {
        switch behaviour {
        case .sound, .absent: return nil
        case .silent, .tooSlow: self = .silence
        case .closesEarly: self = .brokenOff(#"{"detail":"\#(secret)","#)
        case .garbage: self = .json("<html>\(secret)</html>")
        case .tooLarge:
            let line = Array("\(secret) ".utf8)
            self.init(
                status: 200, body: Array(repeating: line, count: (1 << 20) / line.count).flatMap { $0 }, times: 100)
        case .failing: self = .json(#"{"detail":"\#(secret)"}"#, status: 503)
        case .rejecting: self = .json(#"{"detail":"\#(secret)"}"#, status: 400)
        case .refusing: self = .json(#"{"detail":"\#(secret)"}"#, status: 401)
        }
    }
}
