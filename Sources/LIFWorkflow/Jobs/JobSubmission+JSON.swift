public import LIFJSON
public import LIFModel

extension JobSubmission {
    package static let callbackLimit = 2_048
    package static let callbackDescription = "the name of a callback operator or the URL of an allowed host"

    /// Reads a submission as a store keeps it. What has an idempotency key keeps it beside.
    ///
    /// - Throws: `LIFError` `QueryParseException` with every fault and its place.
    public init(json: JSONValue) throws(LIFError) {
        guard let object = json.object else {
            throw .shape(.queryParseException, "The job", is: json, should: "an object with \"lif_query_plan\"")
        }
        var faults = DocumentFaults()
        self.init(members: object, faults: &faults)
        if let value = object["schedule_id"], !value.isNull {
            scheduleID = value.string.flatMap(ScheduleID.init)
            if scheduleID == nil { faults.add(shapeOf: value, at: "schedule_id", should: "the id of a schedule") }
        }
        try faults.check()
    }

    /// Reads what a client may say of it: `lif_query_plan`, `via`, `workflow` and `callback`. Other members are passed
    /// over, as deployed clients send some.
    ///
    /// It leaves out what is wrong, and notes it.
    package init(members object: JSONObject, faults: inout DocumentFaults) {
        self.init(plan: QueryPlan(json: object["lif_query_plan"], faults: &faults))
        plan.via = FederationPath(json: object[FederationPath.memberName], faults: &faults)
        if let json = object["workflow"], !json.isNull {
            workflow = WorkflowSettings(json: json, at: "workflow", faults: &faults)
        }
        if let json = object["callback"], !json.isNull {
            callback = SettingsObject.text(
                json, at: "callback", limit: Self.callbackLimit, should: Self.callbackDescription, faults: &faults)
        }
    }
}

extension JSONWriter {
    /// The submission in the form that `JobSubmission.init(json:)` reads, without its idempotency key.
    public mutating func value(_ submission: JobSubmission) {
        object { writer in
            writer.member("lif_query_plan", submission.plan.json)
            writer.member(submission.plan.via)
            if submission.workflow != WorkflowSettings() {
                writer.name("workflow")
                writer.value(submission.workflow)
            }
            if let callback = submission.callback { writer.member("callback", callback) }
            if let schedule = submission.scheduleID { writer.member("schedule_id", schedule.text) }
        }
    }
}
