import LIFJSON
public import LIFModel

/// When a LIF Cache elsewhere that fills gaps is asked and written. Pure.
public enum RecordCacheRules {
    /// What stands for a source where an answer names one; also the id of `SourceCatalogue.ownRecords`.
    public static let sourceID = "lif-cache"

    /// One (learner, path) for which the cache is asked.
    public struct Gap: Sendable, Hashable {
        /// Why the cache is asked.
        public enum Reason: Sendable, Hashable {
            /// No source is configured for the path.
            case unconfigured
            /// Each source of the path failed or has nothing there, at least one failed, and nothing else is kept.
            case failed
        }

        /// The learner's index in what was asked.
        public let learner: Int
        /// The path at which the learner's record has nothing.
        public let path: FragmentPath
        /// Why nothing came from the sources.
        public let reason: Reason

        /// A gap of one learner at one path.
        public init(learner: Int, path: FragmentPath, reason: Reason) {
            self.learner = learner
            self.path = path
            self.reason = reason
        }
    }

    /// The paths of a query for which no source is configured: these can be asked for at once.
    ///
    /// - Parameter learners: Indices of learners in what was asked.
    public static func unconfigured(
        _ paths: [FragmentPath], learners: some Sequence<Int>, catalogue: SourceCatalogue
    ) -> [Gap] {
        let paths = paths.filter { catalogue.sources(of: $0).isEmpty }
        if paths.isEmpty { return [] }
        return learners.flatMap { learner in
            paths.map { Gap(learner: learner, path: $0, reason: .unconfigured) }
        }
    }

    /// What is lacking after the sources have answered.
    ///
    /// Where one source of a path gave data and another failed, the cache is not asked: its items could be those of the one.
    ///
    /// - Parameter parts: All parts of the learners they name.
    public static func failed(_ parts: [AnswerPart]) -> [Gap] {
        struct Place: Hashable {
            let learner: Int
            let path: FragmentPath
        }
        var order: [Place] = []
        var isGap: [Place: Bool] = [:]
        var hasData: Set<Place> = []
        for part in parts where part.sourceID != sourceID {
            let place = Place(learner: part.learner, path: part.path)
            if isGap[place] == nil { order.append(place) }
            isGap[place] = (isGap[place] ?? false) || part.outcome == .missing
            if part.items > 0 { hasData.insert(place) }
        }
        return order.filter { isGap[$0] == true && !hasData.contains($0) }.map {
            Gap(learner: $0.learner, path: $0.path, reason: .failed)
        }
    }

    /// What may be written of a learner's landed parts: paths whose every source has answered and of which there is data.
    ///
    /// A path of which a source failed is left out: once it stands in the cache it is never completed. So are scalars, which
    /// a deployed cache refuses together with all else, and `Person.Identifier`, which it makes of the learner's name.
    ///
    /// - Parameter landed: All parts of one learner.
    public static func writable(_ landed: [LandedPart]) -> [Fragment] {
        var order: [FragmentPath] = []
        var contents: [FragmentPath: [FragmentContent]] = [:]
        var isOpen: Set<FragmentPath> = []
        for landed in landed {
            let path = landed.part.path
            if contents[path] == nil { order.append(path) }
            contents[path, default: []] += landed.content.map { [$0] } ?? []
            if landed.part.isGap || landed.part.sourceID == sourceID { isOpen.insert(path) }
        }
        return order.compactMap { path in
            guard !isOpen.contains(path), !LIFName.matches(path.entity, "Identifier"), let contents = contents[path]
            else { return nil }
            let items = contents.flatMap(\.items.elements)
            guard !items.isEmpty, items.allSatisfy(\.isObject) else { return nil }
            return Fragment(path: path, content: FragmentContent(items))
        }
    }

    /// What of it the cache has nothing of.
    ///
    /// - Parameter record: The cache's; `nil` when it has none of the learner.
    public static func absent(_ fragments: [Fragment], in record: LIFRecord?) -> [Fragment] {
        fragments.filter { fragment in
            record?.person?.member(named: fragment.path.entity).flatMap(FragmentContent.init(member:))?
                .withoutEmptyItems
                == nil
        }
    }
}
