import LIFJSON
import LIFModel
import LIFQueryPlanner

/// The input is a LIF query in the JSONPath form. What is read means the same in the filter form, and written again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzQuery(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    do {
        let query = try LIFQuery(document: ["query": .string(text)])
        precondition((1...LIFQuery.maximumJSONPathLearners).contains(query.learners.count), "no learner, or too many")
        let filterForm = try LIFQuery(document: query.json.value())
        precondition(filterForm == query, "another query in the filter form")
        if let written = query.jsonPath {
            let again = try LIFQuery(jsonPath: written)
            precondition(again == query, "another query when it is written again")
        }
    } catch {
        let codes: [LIFError.Code] = [.queryNotValid, .notSupportedYet, .learnerDataNotFound]
        precondition(codes.contains(error.code), "an unexpected error")
    }
    return 0
}
