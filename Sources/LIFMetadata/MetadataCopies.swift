import Foundation
import LIFJSON
import LIFModel

/// The configured sources and the copies of a Metadata Repository's documents, and what they come to. No clock, no I/O.
struct MetadataCopies: Sendable {
    private struct Copy {
        var body: RawJSON
        var content: MetadataContent
        var fetchedAt: Date
    }

    let dataModelID: String?
    /// After how long a copy is to be fetched again.
    let expiry: Duration
    /// Between two attempts to fetch the same document.
    let pause: Duration

    private(set) var configured: SourceCatalogue
    /// The configured sources with what the copies say.
    private(set) var catalogue: SourceCatalogue
    private var copies: [MetadataTopic: Copy] = [:]
    private var attempts: [MetadataTopic: Date] = [:]

    init(_ configured: SourceCatalogue, dataModelID: String?, expiry: Duration, pause: Duration) {
        self.configured = configured
        self.dataModelID = dataModelID
        self.expiry = expiry
        self.pause = pause
        catalogue = configured
    }

    var needed: [MetadataTopic] { MetadataTopic.needed(by: configured, dataModelID: dataModelID) }

    /// When the oldest copy in use was fetched.
    var oldestCopy: Date? { needed.compactMap { copies[$0]?.fetchedAt }.min() }

    /// - Returns: Whether the catalogue is another now.
    mutating func replace(_ configured: SourceCatalogue) -> Bool {
        self.configured = configured
        return rebuild()
    }

    /// Whether a copy was fetched later than the one that is in use.
    func isLater(_ fetchedAt: Date, than topic: MetadataTopic) -> Bool {
        copies[topic].map { $0.fetchedAt < fetchedAt } ?? true
    }

    /// Takes a copy in place of the former one.
    ///
    /// - Returns: Whether the catalogue is another now.
    mutating func adopt(
        _ topic: MetadataTopic, _ body: RawJSON, _ content: MetadataContent, fetchedAt: Date
    ) -> Bool {
        let former = copies[topic]
        copies[topic] = Copy(body: body, content: content, fetchedAt: fetchedAt)
        return former?.content == content ? false : rebuild()
    }

    /// Whether a body is the one that is in use: then it need not be read again.
    func holds(_ topic: MetadataTopic, _ body: RawJSON) -> MetadataContent? {
        copies[topic].flatMap { $0.body == body ? $0.content : nil }
    }

    /// Whether there is a copy of each document, and none has expired.
    func isCurrent(now: Date) -> Bool { needed.allSatisfy { isCurrent($0, now) } }

    private func isCurrent(_ topic: MetadataTopic, _ now: Date) -> Bool {
        copies[topic].map { Self.isWithin(expiry, of: $0.fetchedAt, now) } ?? false
    }

    /// What is to be fetched now. It counts as attempted.
    mutating func due(now: Date) -> [MetadataTopic] {
        let topics = needed.filter { topic in
            if isCurrent(topic, now) { return false }
            return attempts[topic].map { !Self.isWithin(pause, of: $0, now) } ?? true
        }
        for topic in topics { attempts[topic] = now }
        return topics
    }

    /// A time that lies ahead is one of a clock that was set back, and counts as long ago.
    static func isWithin(_ duration: Duration, of date: Date, _ now: Date) -> Bool {
        let elapsed = now.timeIntervalSince(date)
        return elapsed >= 0 && elapsed < duration.inSeconds
    }

    private mutating func rebuild() -> Bool {
        var model: PersonModel?
        if let dataModelID, case .model(let known) = copies[.dataModel(id: dataModelID)]?.content { model = known }
        let former = catalogue
        catalogue = configured.with(model: model) { source in
            guard let translation = source.translation,
                case .transformations(let digest?) = copies[.transformations(translation)]?.content
            else { return nil }
            return "\(source.origin):\(digest)"
        }
        return catalogue != former
    }
}
