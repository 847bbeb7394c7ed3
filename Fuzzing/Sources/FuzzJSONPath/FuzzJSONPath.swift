import JSONPath
import LIFJSON

/// The input is a query. It is read or refused; what is read is evaluated on fixed documents, and each node's normalized
/// path must select this node.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSONPath(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
    let limits = JSONPathLimits(maximumWork: 20_000, maximumNodes: 5_000, maximumRegexpSize: 1_000)
    let query: JSONPathQuery
    do {
        query = try JSONPathQuery(text, limits: limits)
    } catch {
        guard let position = error.position else { preconditionFailure("a refusal without a position") }
        precondition((0...text.utf8.count).contains(position.offset), "a position outside of the query")
        precondition((1...position.offset + 1).contains(position.column), "a column that does not belong to the offset")
        return 0
    }
    for document in documents { evaluate(query, on: document, limits: limits) }
    return 0
}

private func evaluate(_ query: JSONPathQuery, on document: JSONValue, limits: JSONPathLimits) {
    do {
        let nodes = try query.nodes(in: document, limits: limits)
        precondition(!query.isSingular || nodes.count <= 1, "several nodes of a singular query")
        for node in nodes.prefix(5) {
            let again = try JSONPathQuery(node.path.description).nodes(in: document)
            precondition(again.count == 1 && again[0].path == node.path, "a normalized path without its node")
        }
        let values = try query.values(in: document, limits: limits)
        precondition(values.count == nodes.count, "values without nodes")
    } catch {
        precondition(error.position == nil, "an evaluation that fails at a position")
    }
}

private let documents: [JSONValue] = [
    #"{"a":{"b":[1,2.0,-3e2,null,true,"x"],"":{"a":"b"}},"b":[[],{},[[0]]],"c":"a*","é":"\u0000'\\","a":[{"a":1},{"b":2}]}"#,
    #"["a","ab","aab","\ud83d\ude00",{"a":"A","b":{"a":"a|b","c":[1,[2,[3,[4]]]]}},0,-0,1e400,1E-400,"1"]"#,
    "[[[[[[[[[[1,2,3],4],5],6],7],8],9],{\"a\":[{\"a\":[{\"a\":[]}]}]}]]]", "null", "\"text\"",
].compactMap { try? JSONParser.parse($0) }
