/// What a client saw, a source served, or a receiver took; and what someone did to the house. An auditor knows nothing else.
enum Observation: Sendable {
    // Sources and receivers.

    /// A process has begun to fetch from a source, for its planner or for a job.
    case fetchBegan(number: Int, source: String, process: ProcessNumber)
    case fetchEnded(number: Int, source: String, process: ProcessNumber)
    /// A source has read what it has, to serve it.
    case served(Item, process: ProcessNumber)
    case delivered(job: String, kind: String, status: String)
    /// A receiver of results gets a part.
    case posted(SeenPart)

    // Clients of queries.

    /// The planner of a process gets a plan with a part of this source and learner.
    case planned(number: Int, source: String, learner: Int, process: ProcessNumber)
    case planEnded(number: Int)
    case answered(Question, by: ProcessNumber, parts: [SeenPart])
    /// The work goes on, and the client has its id.
    case queryAccepted(id: String, Question)
    case jobAccepted(id: String, key: String?, callbacks: Set<String>, parts: [SeenPart])

    // Whoever has an id.

    /// - Parameter end: A word for how it ended; `nil` while it goes on.
    case status(id: String, end: String?)
    /// The house does not know the work any more.
    case unknown(id: String)
    case event(id: String, reader: Int, position: Int, SeenPart)
    case feedEnded(id: String, reader: Int, end: String)
    /// All parts, as the work's answer has them.
    case result(id: String, parts: [SeenPart])
    /// A client asks for a job to be run again.
    case retried(id: String)
    /// A client got an error.
    case refused(code: String, what: String)

    // What someone did.

    /// A process has another limit for a source from now on.
    case limited(source: String, process: ProcessNumber, limit: Int)
    /// A process has taken another configuration.
    case configured(source: String, process: ProcessNumber, origin: Int)
    /// A process is stopped or has died: what it fetches does not count any more.
    case stopped(process: ProcessNumber)
    /// Until now something went wrong, so that caches may lack what was fetched.
    case disturbed
    case clockMoved
}

/// What a client asked.
struct Question: Sendable, Hashable {
    let learners: [Int]
    let paths: [String]
    /// When it was sent.
    let time: Double
    /// `nil` for any age.
    let maximumAge: Double?
    /// How long the client waits, by its request or the configuration.
    let wait: Double
}

/// A part of an answer, with the data that it claims to bring.
struct SeenPart: Sendable, Hashable {
    /// Tells it from the other parts of its work.
    let name: String
    /// The learner that it is about, as the client asked for them.
    let learner: Int
    let source: String
    /// `nil` for a part of several paths.
    let path: String?
    /// How it ended, in words.
    let outcome: String
    /// Whether something in it failed, so that running it again may bring another outcome.
    let hasFailures: Bool
    let items: [Item]
}
