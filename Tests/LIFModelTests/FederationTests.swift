import LIFJSON
import LIFModel
import Testing

@Suite("Federation") struct FederationTests {
    // MARK: The path

    @Test(
        "LIF-Via is a list of tokens and strings over one field or several, and parameters are ignored",
        arguments: [
            ([], []), ([""], []), (["org1"], ["org1"]), (["org1, org2"], ["org1", "org2"]),
            (["org1", "org2,org3"], ["org1", "org2", "org3"]), ([" \torg1 ,\t, org2 , "], ["org1", "org2"]),
            ([#""a b", "c\"d\\e""#], ["a b", #"c"d\e"#]), (["org1;v=2;x=\"a,b\";y, org2"], ["org1", "org2"]),
            (["1edtech, did:web:lif.example.edu"], ["1edtech", "did:web:lif.example.edu"]),
            (["https://lif.example.edu/"], ["https://lif.example.edu/"]), (["org1,org1"], ["org1", "org1"]),
        ] as [([String], [String])])
    func reads(values: [String], organizations: [String]) throws {
        #expect(try FederationPath(headerValues: values).organizations == organizations)
    }

    @Test(
        "What is no such list is refused, and not repeated",
        arguments: [
            "org1 org2", "\"secret", "\"a\"secret", "secret;", "secret;=1", "secret;a=\"b", #""\secret""#, "\"\"",
            "sécret", "\"sécret\"", "\"sec\u{1}ret\"", "(secret)", String(repeating: "s", count: 129),
        ])
    func refuses(value: String) throws {
        let error = try #require(throws: LIFError.self) { try FederationPath(headerValues: [value]) }
        #expect(error.code == .queryNotValid)
        #expect(error.message.contains("LIF-Via"))
        #expect(!error.message.contains(value))
    }

    @Test("A path has at most 16 hops of at most 128 bytes")
    func bounds() throws {
        let sixteen = (1...16).map { "org\($0)" }
        let full = try FederationPath(headerValues: [sixteen.joined(separator: ",")])
        #expect(full.isFull)
        #expect(full.organizations == sixteen)
        #expect(full.appending("own") == full)
        #expect(throws: LIFError.self) { try FederationPath(headerValues: sixteen + ["org17"]) }
        #expect(throws: LIFError.self) { try FederationPath(sixteen + ["org17"]) }
        let endless = String(repeating: "a,", count: 1_000_000)
        #expect(throws: LIFError.self) { try FederationPath(headerValues: [endless]) }
        #expect(try FederationPath([String(repeating: "x", count: 128)]).organizations.count == 1)
        #expect(throws: LIFError.self) { try FederationPath([""]) }
    }

    @Test("What is written is read as the same path, as tokens where they are tokens")
    func roundTrip() throws {
        let path = try FederationPath(["org1", "1org", "a b", #"q"\"#, "did:web:x/y", "a,b;c", "*"])
        #expect(path.headerValue == #"org1, "1org", "a b", "q\"\\", did:web:x/y, "a,b;c", "*""#)
        #expect(try FederationPath(headerValues: [path.headerValue]) == path)
        #expect(FederationPath().headerValue.isEmpty)
        #expect(FederationPath().isDirect)
    }

    @Test("Our own id is added after the others; without one nothing is")
    func appending() throws {
        #expect(FederationPath().appending("us").organizations == ["us"])
        #expect(try FederationPath(["a"]).appending("us").organizations == ["a", "us"])
        #expect(FederationPath().appending(nil) == FederationPath())
        #expect(FederationPath().appending("not\nprintable") == FederationPath())
    }

    // MARK: Whom we ask

    @Test("A request that came through us is a loop; one that did not, or where we have no id, is none")
    func loop() throws {
        let settings = FederationSettings(organization: "us")
        let error = try #require(throws: LIFError.self) {
            try settings.checkLoop(try FederationPath(["them", "us", "others"]))
        }
        #expect(error.code == .federationLoop)
        #expect(error.isFinal && !error.isRetryable)
        try settings.checkLoop(FederationPath())
        try settings.checkLoop(try FederationPath(["them", "US"]))
        try FederationSettings().checkLoop(try FederationPath(["us"]))
    }

    private static let partner = source("org2", organization: "University 2", adapter: "lif-to-lif")
    private static let local = source("registry", organization: "us", adapter: "rest")

    private static func source(_ id: String, organization: String?, adapter: String) -> InformationSource {
        InformationSource(
            id: id, organization: organization, adapterID: adapter, timeToLive: .seconds(60),
            fragmentPaths: [FragmentPath(entity: "Name")])
    }

    @Test("A request that came to us first may make us ask everyone, whatever partners may")
    func direct() {
        for queries in FederationSettings.PartnerQueries.allCases {
            let settings = FederationSettings(organization: "us", partnerQueries: queries)
            #expect(settings.mayAsk(Self.partner, path: FederationPath()))
            #expect(settings.mayAsk(Self.local, path: FederationPath()))
        }
    }

    @Test("Who is on the path is not asked, by the source's organisation or its id")
    func onThePath() throws {
        let settings = FederationSettings(organization: "us")
        #expect(try !settings.mayAsk(Self.partner, path: FederationPath(["University 2"])))
        #expect(try !settings.mayAsk(Self.partner, path: FederationPath(["org9", "org2"])))
        #expect(try settings.mayAsk(Self.partner, path: FederationPath(["org3"])))
        #expect(try settings.mayAsk(Self.local, path: FederationPath(["org3"])))
    }

    @Test("With \"local\" a partner's query reaches no partner of ours, and still our own sources")
    func localOnly() throws {
        let settings = FederationSettings(organization: "us", partnerQueries: .local)
        #expect(try !settings.mayAsk(Self.partner, path: FederationPath(["org3"])))
        #expect(try settings.mayAsk(Self.local, path: FederationPath(["org3"])))
    }

    @Test("A full path leads to no partner any more")
    func full() throws {
        let full = try FederationPath((1...16).map { "hop\($0)" })
        #expect(!FederationSettings(organization: "us").mayAsk(Self.partner, path: full))
        #expect(FederationSettings(organization: "us").mayAsk(Self.local, path: full))
    }

    @Test("What a partner answers to another planner's query is not kept; what our own sources answer is")
    func keeping() throws {
        let settings = FederationSettings(organization: "us")
        let path = try FederationPath(["org3"])
        #expect(!settings.mayKeepAnswer(of: Self.partner, path: path))
        #expect(settings.mayKeepAnswer(of: Self.partner, path: FederationPath()))
        #expect(settings.mayKeepAnswer(of: Self.local, path: path))
    }

    // MARK: What comes back

    private func withoutOwn(_ json: String, _ own: Set<String> = ["us"]) throws -> (items: String?, dropped: Int) {
        let content = try #require(FragmentContent(member: try RawJSON(validating: Array(json.utf8))))
        let (kept, dropped) = Federation.withoutOwn(content: content, own: own)
        if let kept { #expect(kept.count == content.count - dropped) }
        return (kept?.items.text, dropped)
    }

    @Test(
        "Items that say they are ours are dropped, however the name and the id are written",
        arguments: [
            #"{"a":1,"informationSourceId":"us"}"#, #"{"InformationSourceId":"us"}"#,
            #"{"informationSourc\u0065Id":"us"}"#, #"{"informationSourceId":"\u0075s"}"#,
            #"{"InformationSourceId":"them","informationSourceId":"us"}"#, #"{"informationSourceId":"US"}"#,
            #"{"informationSourceId":"Us"}"#,
        ])
    func ours(item: String) throws {
        let found = try withoutOwn(#"[{"n":1.0},\#(item),{"informationSourceId":"them"}]"#)
        #expect(found.items == #"[{"n":1.0},{"informationSourceId":"them"}]"#)
        #expect(found.dropped == 1)
        #expect(try withoutOwn(item).items == nil)
    }

    @Test(
        "Everything else stays as it was written",
        arguments: [
            #"{"informationSourceId":"them","note":"us"}"#, #"{"note":"us"}"#, #"{"n":"a\n\"us\""}"#,
            #"{"nested":{"informationSourceId":"us"}}"#, #"{"informationsourceid":"us"}"#,
            #"{"informationSourceId":["us"]}"#, #"{"informationSourceId":null,"x":"us"}"#,
            #"{"informationSourceId":"usa"}"#, #"{"informationSourceId":"us","informationSourceId":"them"}"#,
            #""us""#, "7",
        ])
    func others(item: String) throws {
        let found = try withoutOwn(#"[\#(item)]"#)
        #expect(found.items == "[\(item)]")
        #expect(found.dropped == 0)
    }

    @Test("A scalar stays, also where it is the person's own informationSourceId; and without ids of ours all stays")
    func scalars() throws {
        #expect(try withoutOwn(#""us""#).items == #"["us"]"#)
        #expect(try withoutOwn(#"[{"informationSourceId":"us"}]"#, []).dropped == 0)
    }

    @Test("An id is ours in upper or lower case, also beyond ASCII")
    func cases() throws {
        for own in ["Hochschule-Ü", "hochschule-ü"] {
            #expect(try withoutOwn(#"[{"informationSourceId":"HOCHSCHULE-Ü"},{"n":1}]"#, [own]).items == #"[{"n":1}]"#)
        }
        #expect(try withoutOwn(#"[{"informationSourceId":"org1"},{"n":1}]"#, ["ORG1"]).items == #"[{"n":1}]"#)
    }

    @Test("Several ids may be ours")
    func severalIDs() throws {
        let items = #"[{"informationSourceId":"us"},{"informationSourceId":"a"},{"informationSourceId":"b"}]"#
        #expect(try withoutOwn(items, ["a", "us", "none"]).items == #"[{"informationSourceId":"b"}]"#)
    }
}
