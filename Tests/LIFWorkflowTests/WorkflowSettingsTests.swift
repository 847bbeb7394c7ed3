import LIFJSON
import LIFModel
import Testing

@testable import LIFWorkflow

@Suite struct WorkflowSettingsTests {
    private func settings(_ text: String) throws -> WorkflowSettings {
        try WorkflowSettings(json: try JSONParser.parse(text))
    }

    private func written(_ settings: WorkflowSettings) -> String {
        var writer = JSONWriter()
        writer.value(settings)
        return writer.raw.text
    }

    /// The one fault of a document.
    private func fault(_ text: String) throws -> (place: String, message: String, isShapeError: Bool) {
        let error = try #require(throws: LIFError.self) { try settings(text) }
        #expect(error.code == .queryParseException)
        #expect(error.faults.count == 1, "\(error.message)")
        let fault = try #require(error.faults.first)
        #expect(error.message == fault.message)
        return (fault.place, fault.message, error.isShapeError)
    }

    private static let whole = #"""
        {"retries":3,"retry_backoff":"250ms","timeout":"2m","sla":"90s","priority":-100,"pool":"partners","pool_slots":2,
         "tasks":{"fetch":{"retries":0,"retry_backoff":0,"timeout":1.5,"sla":"7d","priority":100,"pool":"a","pool_slots":1000},
                  "part-0/fetch":{"retries":20},"part-12/translate":{"timeout":"30d"},"part-3/process-1":{"sla":"1ms"}},
         "callbacks":{"completion":"https://a.example/x","success":"tell","failure":"f","sla_miss":"s"},
         "schedule":{"cron":"0 2 * * *","time_zone":"America/New_York","catch_up":true}}
        """#

    @Test("Every member is read: durations as texts and as numbers of seconds")
    func everything() throws {
        let settings = try settings(Self.whole)
        #expect(settings.timeout == .seconds(120) && settings.sla == .seconds(90))
        var defaults = TaskSettings()
        defaults.retries = 3
        defaults.retryBackoff = .milliseconds(250)
        defaults.priority = -100
        defaults.pool = "partners"
        defaults.poolSlots = 2
        #expect(settings.defaults == defaults)
        #expect(settings.tasks.keys.sorted() == ["fetch", "part-0/fetch", "part-12/translate", "part-3/process-1"])
        var fetch = TaskSettings()
        fetch.retries = 0
        fetch.retryBackoff = .zero
        fetch.timeout = .milliseconds(1_500)
        fetch.sla = .seconds(7 * 86_400)
        fetch.priority = 100
        fetch.pool = "a"
        fetch.poolSlots = 1_000
        #expect(settings.tasks["fetch"] == fetch)
        #expect(settings.tasks["part-12/translate"]?.timeout == .seconds(30 * 86_400))
        #expect(settings.callbacks.targets.map(\.target) == ["https://a.example/x", "tell", "f", "s"])
        #expect(settings.schedule?.catchUp == true)
    }

    @Test("What is written reads back the same, and what is not set is left out")
    func roundTrip() throws {
        let whole = try settings(Self.whole)
        #expect(try settings(written(whole)) == whole)
        #expect(written(WorkflowSettings()) == "{}")
        for text in [
            #"{"retries":0}"#, #"{"timeout":"90s"}"#, #"{"tasks":{"fetch":{}}}"#, #"{"callbacks":{"failure":"f"}}"#,
            #"{"pool":"a\"b","tasks":{"part-1/fetch":{"sla":"250ms"},"process":{"pool_slots":3}}}"#,
        ] {
            #expect(written(try settings(text)) == text)
        }
    }

    @Test("A whole number may be written with a fraction of zero or an exponent, as JSON has it")
    func wholeNumbers() throws {
        let read = try settings(#"{"retries":6.0,"priority":-1e1,"pool_slots":0.2e1}"#)
        #expect(read == (try settings(#"{"retries":6,"priority":-10,"pool_slots":2}"#)))
    }

    @Test("Absent and null members are the same")
    func null() throws {
        let names = [
            "retries", "retry_backoff", "timeout", "sla", "priority", "pool", "pool_slots", "tasks", "callbacks",
        ]
        for name in names + ["schedule"] { #expect(try settings("{\"\(name)\":null}") == WorkflowSettings()) }
        #expect(try settings(#"{"tasks":{"fetch":null},"callbacks":{"success":null}}"#) == WorkflowSettings())
    }

    @Test(
        "A value out of its range is reported with its place and the range",
        arguments: [
            ("retries", "21", "is 21; it must be a whole number from 0 to 20."),
            ("retries", "-1", "is -1; it must be"),
            ("retry_backoff", "\"25h\"", "is 25h; it must be a duration such as"),
            ("timeout", "0", "is 0s; it must be a duration such as"),
            ("timeout", "\"31d\"", "or a number of seconds, from 1ms to 30d."),
            ("sla", "\"soon\"", "cannot be used; it must be a duration"),
            ("sla", "-1", "cannot be used; it must be a duration"),
            ("priority", "101", "from -100 to 100."),
            ("pool", "\"\"", "cannot be used; it must be the name of a pool, of 1 to 128 bytes"),
            ("pool_slots", "0", "from 1 to 1000."), ("pool_slots", "1001", "from 1 to 1000."),
        ])
    func ranges(name: String, value: String, message: String) throws {
        for (prefix, text) in [
            ("workflow", "{\"\(name)\":\(value)}"),
            ("workflow.tasks.fetch", "{\"tasks\":{\"fetch\":{\"\(name)\":\(value)}}}"),
        ] {
            let fault = try fault(text)
            #expect(fault.place == "\(prefix).\(name)")
            #expect(fault.message.hasPrefix("\"\(prefix).\(name)\" "))
            #expect(fault.message.contains(message), "\(fault.message)")
            #expect(!fault.isShapeError)
        }
    }

    @Test(
        "A value of another kind is a shape error",
        arguments: [
            ("retries", "\"3\"", "is a string"), ("retries", "1.5", "is a number"),
            ("retry_backoff", "true", "is a boolean"),
            ("timeout", "[]", "is an array"), ("pool", "7", "is a number"), ("tasks", "[]", "is an array"),
            ("callbacks", "\"u\"", "is a string"), ("schedule", "\"daily\"", "is a string"),
        ])
    func shapes(name: String, value: String, message: String) throws {
        let fault = try fault("{\"\(name)\":\(value)}")
        #expect(fault.place == "workflow.\(name)")
        #expect(fault.message.contains("\"workflow.\(name)\" \(message)"), "\(fault.message)")
        #expect(fault.isShapeError)
        #expect(try self.fault("[]").message.hasPrefix("\"workflow\" is an array; it must be an object with any of"))
    }

    @Test("A member that is not known is a fault, with the nearest name and those allowed, and is not repeated")
    func unknownMembers() throws {
        let top = try fault(#"{"retries":1,"retrys":2}"#)
        #expect(top.place == "workflow" && top.isShapeError)
        #expect(top.message.hasPrefix(#"Member 2 of "workflow" is not known; did you mean "retries"? Allowed are"#))
        #expect(!top.message.contains("retrys"))
        let task = try fault(#"{"tasks":{"part-0/fetch":{"time_out":1}}}"#)
        #expect(task.place == "workflow.tasks.part-0/fetch")
        #expect(task.message.contains("did you mean \"timeout\"?"))
        let callback = try fault(#"{"callbacks":{"qqqqqq":"u"}}"#)
        #expect(
            callback.message == #"Member 1 of "workflow.callbacks" is not known. Allowed are "completion", "#
                + #""success", "failure", "sla_miss"."#)
    }

    @Test(
        "A name that no task with settings can have is refused, with the nearest",
        arguments: [
            "fetsch", "start", "store", "finish", "part-0/store", "part-01/fetch", "part--1/fetch", "part-/fetch",
            "part-0",
            "part-0/process", "part-0/process-x", "part-0/fetch/", "part-0/process-01", "Part-0/fetch", "part-+1/fetch",
            "",
        ])
    func taskNames(name: String) throws {
        let fault = try fault("{\"tasks\":{\"\(name)\":{}}}")
        #expect(fault.place == "workflow.tasks")
        #expect(fault.message.contains("names no task that has settings"))
        if name == "fetsch" { #expect(fault.message.contains("did you mean \"fetch\"?")) }
    }

    @Test("A callback's target is a text of a length that can be kept")
    func callbacks() throws {
        #expect(try fault(#"{"callbacks":{"success":""}}"#).place == "workflow.callbacks.success")
        #expect(try fault(#"{"callbacks":{"failure":"a\u0000"}}"#).place == "workflow.callbacks.failure")
        #expect(try fault(#"{"callbacks":{"failure":1}}"#).isShapeError)
        let long = String(repeating: "a", count: 2_048)
        #expect(try settings("{\"callbacks\":{\"failure\":\"\(long)\"}}").callbacks.failure == long)
        #expect(try fault("{\"callbacks\":{\"failure\":\"\(long)a\"}}").message.contains("2048 bytes"))
    }

    @Test("All faults of a document are reported at once, each with its place")
    func allFaults() throws {
        let error = try #require(throws: LIFError.self) {
            try settings(
                #"""
                {"retries":99,"nope":1,"timeout":{},"tasks":{"fetch":{"retries":99,"sla":"?"},"x":{}},
                 "callbacks":{"success":1},"schedule":{"cron":"61 * * * *"}}
                """#)
        }
        #expect(
            error.faults.map(\.place) == [
                "workflow", "workflow.retries", "workflow.timeout", "workflow.tasks.fetch.retries",
                "workflow.tasks.fetch.sla",
                "workflow.tasks", "workflow.callbacks.success", "workflow.schedule",
            ])
        #expect(error.message.contains("\"workflow.tasks.fetch.retries\" is 99; it must be"))
        #expect(error.isShapeError)
    }

    @Test("The place in the errors is the one that the reader names")
    func place() throws {
        let error = try #require(throws: LIFError.self) {
            try WorkflowSettings(json: ["retries": 99], at: "orchestrator.workflow")
        }
        #expect(error.faults.map(\.place) == ["orchestrator.workflow.retries"])
    }
}
