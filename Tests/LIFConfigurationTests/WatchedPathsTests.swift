import Testing

@testable import LIFConfiguration

@Suite struct WatchedPathsTests {
    private func names(_ file: String, links: [String: String] = [:]) -> [String: Set<String>?] {
        WatchedPaths(files: [file], folders: [], target: { links[$0] }).names
    }

    @Test("Each folder on the way to a file is watched for the next name")
    func plain() {
        #expect(names("lif.yaml") == [".": ["lif.yaml"]])
        #expect(names("./a//lif.yaml") == [".": ["a"], "a": ["lif.yaml"]])
        #expect(names("/etc/lif/lif.yaml") == ["/": ["etc"], "/etc": ["lif"], "/etc/lif": ["lif.yaml"]])
        #expect(names("a/../b") == [".": ["a"], "a/..": ["b"]])
    }

    @Test("A link is followed from the folder that it stands in, and so are the links on its way")
    func links() {
        #expect(
            names("lif.yaml", links: ["lif.yaml": "real/lif.yaml"]) == [
                ".": ["lif.yaml", "real"], "real": ["lif.yaml"],
            ])
        let mounted = ["/c/lif.yaml": "..data/lif.yaml", "/c/..data": "..2024"]
        #expect(
            names("/c/lif.yaml", links: mounted)
                == ["/": ["c"], "/c": ["lif.yaml", "..data", "..2024"], "/c/..2024": ["lif.yaml"]])
        let absolute = ["/c": "/srv/a", "/srv/a/lif.yaml": "../b/x.yaml"]
        #expect(
            names("/c/lif.yaml", links: absolute)
                == [
                    "/": ["c", "srv"], "/srv": ["a"], "/srv/a": ["lif.yaml"], "/srv/a/..": ["b"],
                    "/srv/a/../b": ["x.yaml"],
                ])
    }

    @Test("A link to itself ends")
    func loop() { #expect(names("a", links: ["a": "a"]) == [".": ["a"]]) }

    @Test("In a folder every name matters, and a file in it is followed to where its link points")
    func folder() {
        let paths = WatchedPaths(files: ["s/key"], folders: ["s"], target: { ["s/key": "/run/key"][$0] })
        #expect(paths.names == [".": ["s"], "s": nil, "/": ["run"], "/run": ["key"]])
        #expect(paths.files == ["/run/key"])
        #expect(paths.concerns("other", in: "s") && !paths.concerns("other", in: "/run"))
        #expect(!paths.concerns("key", in: "elsewhere"))
    }

    @Test("A folder that is a link is watched where it points to")
    func linkedFolder() {
        let paths = WatchedPaths(files: ["c/x.yaml"], folders: ["c"], target: { ["c": "d"][$0] })
        #expect(paths.names == [".": ["c", "d"], "d": nil])
        #expect(paths.files == ["d/x.yaml"])
    }

    @Test("The files that are watched are those that were read, and the secrets that are wanted")
    func watchedFiles() async throws {
        let yaml =
            "secrets: [{files: /run/s}]\nplanner: {token: \"${secret:key}\"}\n" + "information_sources_file: /a/s.yaml"
        let sources = oneSource.replacing("8020\"", with: "8020\", token: t")
        let configuration = try await load(
            yaml, files: ["/a/s.yaml": sources], secrets: [KnownSecrets("memory", ["key": "k"])])
        #expect(configuration.watched.files == ["lif.yaml", "/a/s.yaml", "/run/s/key"])
    }
}
