import LIFModel

extension QueryExecution {
    /// What is to be done for a query. Each one is answered by an event, unless it says otherwise.
    enum Action: Sendable {
        /// Reads the catalogue for a query that was taken over.
        case open
        case pauseOpening(until: Instant)

        /// - Parameter isPeek: The page has no place, and waits for one if the cache does not have all of it.
        case look(Step, isPeek: Bool)
        /// Takes a place for the page.
        ///
        /// - Parameter waits: Else the page is told when there is none.
        case enter(Step, waits: Bool)
        case fetch(Step, [FragmentKey], Look)
        /// Pauses, and gives the page's place back.
        case pause(Step, until: Instant)
        case fill(Step, RecordCacheRules.Gap.Reason, [RecordCacheRules.Gap], Question)
        /// Finds the parts of the page that have not landed.
        case giveUp(Step, LIFError)
        /// Gives the page's place back; no event.
        case leave(page: Int)
        /// Asks sources again after the answer; no event.
        case revalidate(Look)
        /// Writes into the LIF Cache; no event.
        case write([LandedPart], Question)
        /// Cancels what is done for pages, and gives their places back; no event.
        case cancelPages

        /// Says that the time is up, then; the last one counts.
        case wake(at: Instant)
        /// Keeps the query in the journal with what has landed.
        case accept([LandedPart], isAnnounced: Bool)
        case append([LandedPart])
        /// Notes that the client is about to get the correlation id.
        case announce
        case count
        case finish(ProcessedRequest.State)
        /// Removes the query, which nobody wants any more.
        case discard
        case waitForStore(LIFError, Duration)
        case tryStore

        /// Answers the client; no event.
        case reply(Reply)
        /// It is over; no event.
        ///
        /// - Parameter isLost: The query is another process's now.
        case end(isLost: Bool)
    }

    /// What the client gets.
    enum Reply: Sendable {
        case answer(Answer)
        /// From the cache, page by page.
        case cached(CachedAnswer.Summary)
        /// From the journal.
        case kept
        case correlationID
        /// The cache does not have all of it, and nothing else was wanted.
        case nothing
        case failed(LIFError)
        /// Its client has left.
        case cancelled
    }

    /// An answer in memory.
    struct Answer: Sendable {
        let landed: [LandedPart]
        /// Whether anybody was asked for it.
        let isFetched: Bool
        /// What it was made of, where that was fresh and is all of it.
        let fresh: Look?
    }
}
