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
            var branches: [Composer.Branch] = []
            while next < landed.endIndex, landed[next].part.learner <= learner {
                defer { next += 1 }
                guard landed[next].part.learner == learner, let content = landed[next].content else { continue }
                let path = landed[next].part.path
                // It is the last one, but for a query during which a reload has changed the order of the paths.
                if let place = branches.lastIndex(where: { $0.path == path }) {
                    branches[place] = Composer.Branch(path: path, contents: branches[place].contents + [content])
                } else {
                    branches.append(Composer.Branch(path: path, contents: [content]))
                }
            }
            return Composer.record(branches, projection: projection)
        }
    }
}
