import LIFComposer
import LIFModel

/// Makes records of the parts that have landed. Pure.
enum RecordAssembly {
    /// - Parameters:
    ///   - landed: By learner and ordinal; those of other learners are left out.
    /// - Returns: One record for each learner, in order; an empty one where nothing has landed.
    static func records(of learners: Range<Int>, from landed: [LandedPart], projection: Projection) -> [LIFRecord] {
        var next = landed.startIndex
        return learners.map { learner in
            var fragments: [Fragment] = []
            while next < landed.endIndex, landed[next].part.learner <= learner {
                defer { next += 1 }
                guard landed[next].part.learner == learner, let content = landed[next].content else { continue }
                let fragment = Fragment(path: landed[next].part.path, content: content)
                // It is the last one, but for a query during which a reload has changed the order of the paths.
                let place = fragments.lastIndex { $0.path == fragment.path }
                fragments.insert(fragment, at: place.map { $0 + 1 } ?? fragments.endIndex)
            }
            return Composer.record(fragments, projection: projection)
        }
    }
}
