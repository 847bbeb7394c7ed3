import LIFModel
import LIFQueryPlanner

/// The tag of an asynchronous query's answer (RFC 9110, 8.8.3). An answer never changes once it is there.
struct EntityTag {
    let text: String

    init(_ answer: KeptAnswer) {
        text = "\"\(answer.request.id.text)-\(answer.progress.lastPosition)\""
    }

    /// - Parameter headers: Of `If-None-Match` (RFC 9110, 13.1.2), which compares weakly.
    func isNamed(by headers: [String]) -> Bool {
        headers.flatMap { $0.split(separator: ",") }.contains { tag in
            let tag = tag.filter { !$0.isWhitespace }
            return tag == "*" || tag == text || tag == "W/" + text
        }
    }
}
