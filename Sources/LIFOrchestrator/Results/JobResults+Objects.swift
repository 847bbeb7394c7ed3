import LIFJSON
import LIFModel

extension JobResults {
    /// The results without what is no object, as deployed planners want them: there a fragment is a list of objects, and one
    /// that is not makes them refuse the whole document.
    public var objectsOnly: JobResults {
        JobResults(job: job, parts: parts.map(\.objectsOnly))
    }
}

extension JobResults.Part {
    fileprivate var objectsOnly: JobResults.Part {
        var leftOut: [FragmentPath] = []
        var kept: [Fragment] = []
        for fragment in outcome.fragments {
            let items = fragment.content.items.elements
            let objects = items.filter(\.isObject)
            if objects.count < items.count { leftOut.append(fragment.path) }
            if objects.count == items.count {
                kept.append(fragment)
            } else if !objects.isEmpty {
                kept.append(Fragment(path: fragment.path, content: FragmentContent(objects)))
            }
        }
        if leftOut.isEmpty { return self }
        let result: Outcome.Result = kept.isEmpty ? .empty(learnerKnown: true) : .data(kept)
        return JobResults.Part(
            part: part,
            outcome: Outcome(
                result, finishedAt: outcome.finishedAt, duration: outcome.duration,
                dataTimestamp: outcome.dataTimestamp, failures: outcome.failures),
            leftOut: leftOut)
    }
}
