/// Bodies of jobs.
enum Jobs {
    static func part(
        source: String = "org1", adapter: String? = nil, paths: String = #""Person.Name""#, learner: String = "100001",
        translation: String = "null"
    ) -> String {
        #"{"information_source_id":"\#(source)","adapter_id":"\#(adapter ?? "adapter-of-\(source)")","#
            + #""person_id":\#(Queries.identifier(learner)),"lif_fragment_paths":[\#(paths)],"translation":\#(translation)}"#
    }

    static func job(_ parts: String..., async: Bool = true, workflow: String = "null") -> String {
        let parts = parts.isEmpty ? part() : parts.joined(separator: ",")
        return #"{"lif_query_plan":[\#(parts)],"async":\#(async),"workflow":\#(workflow)}"#
    }
}
