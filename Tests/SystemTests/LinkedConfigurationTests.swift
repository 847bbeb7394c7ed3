import Foundation
import LIFJSON
import Synchronization
import Testing

@Suite("A changed configuration is noticed wherever its files really lie")
struct LinkedConfigurationTests {
    /// Where the configuration lies, and how it changes.
    enum Shape: String, CaseIterable, CustomTestStringConvertible {
        case linkToFile = "a link whose target is edited in place"
        case replacedTarget = "a link whose target is replaced"
        case linkToFolder = "a folder that is a link"
        case chain = "links in a chain, of which one in the middle is changed"
        case hardLink = "a file that is edited by its second name"
        case mounted = "a Kubernetes volume whose ..data is swapped"
        case included = "an included file that is a link"

        var testDescription: String { rawValue }
    }

    /// Files in a folder, made and changed by their names.
    private struct Files {
        let folder: URL

        func write(_ name: String, _ text: String, inPlace: Bool = true) throws {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            if inPlace, let handle = try? FileHandle(forWritingTo: file) {
                try handle.truncate(atOffset: 0)
                try handle.write(contentsOf: Data(text.utf8))
                try handle.close()
            } else {
                try Data(text.utf8).write(to: file, options: inPlace ? [] : .atomic)
            }
        }

        func link(_ name: String, to target: String) throws {
            let link = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
            // As ln -sfn does: a new link takes the place of the old one.
            let new = folder.appending(path: "\(name).new").path
            try FileManager.default.createSymbolicLink(atPath: new, withDestinationPath: target)
            guard rename(new, link.path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        }
    }

    @Test("A change of the configuration is taken up", arguments: Shape.allCases)
    func shapes(shape: Shape) async throws {
        try await Home.during { home in
            let source = try await home.source()
            let files = Files(folder: home.folder.appending(path: "files"))
            let settings = """
                state_dir: \(home.folder.appending(path: "state").path)
                planner: {port: 0}
                orchestrator: {port: 0}

                """
            let (one, two) = (source.yaml("first"), source.yaml("first") + source.yaml("second"))
            func whole(_ sources: String) -> String { settings + "information_sources:\n" + sources }
            var config = "etc/lif.yaml"
            let change: () throws -> Void
            switch shape {
            case .linkToFile, .replacedTarget:
                try files.write("real/lif.yaml", whole(one))
                try files.link(config, to: "../real/lif.yaml")
                change = { try files.write("real/lif.yaml", whole(two), inPlace: shape == .linkToFile) }
            case .linkToFolder:
                try files.write("real/a/lif.yaml", whole(one))
                try files.link("etc", to: "real/a")
                change = { try files.write("real/a/lif.yaml", whole(two), inPlace: false) }
            case .chain:
                try files.write("real/a/lif.yaml", whole(one))
                try files.write("real/b/lif.yaml", whole(two))
                try files.link("middle/now", to: "../real/a")
                try files.link(config, to: "../middle/now/lif.yaml")
                change = { try files.link("middle/now", to: "../real/b") }
            case .hardLink:
                try files.write("real/lif.yaml", whole(one))
                try files.write("etc/other", "")
                guard
                    link(
                        files.folder.appending(path: "real/lif.yaml").path, files.folder.appending(path: config).path)
                        == 0
                else { throw POSIXError(.EIO) }
                change = { try files.write("real/lif.yaml", whole(two)) }
            case .mounted:
                try files.write("etc/..2026_1/lif.yaml", whole(one))
                try files.link("etc/..data", to: "..2026_1")
                try files.link(config, to: "..data/lif.yaml")
                change = {
                    try files.write("etc/..2026_2/lif.yaml", whole(two))
                    try files.link("etc/..data", to: "..2026_2")
                    try FileManager.default.removeItem(at: files.folder.appending(path: "etc/..2026_1"))
                }
            case .included:
                config = "etc/lif.yaml"
                try files.write(config, settings + "information_sources_file: sources.yaml\n")
                try files.write("real/sources.yaml", "information_sources:\n" + one)
                try files.link("etc/sources.yaml", to: "../real/sources.yaml")
                change = { try files.write("real/sources.yaml", "information_sources:\n" + two) }
            }
            let server = try await home.serve(files.folder.appending(path: config).path)
            try change()
            try await eventually("the new source is there", within: .seconds(10)) {
                try await home.submit([CountingSource.part("second")], at: server.orchestrator).status == 200
            }
            // It is logged after it holds.
            try await eventually("it is logged") {
                server.process.errors.contains("The configuration was loaded again: a file has changed")
            }
        }
    }

    @Test("A secret at a link that is replaced is sent from then on")
    func secret() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let files = Files(folder: home.folder)
            try files.write("vault/key", "the-first-key")
            try files.link("secrets/key", to: "../vault/key")
            let yaml = source.yaml("hr", #"connection: {token: "${secret:key}"}"#)
                .replacingOccurrences(of: "mapping:", with: "headers: {x-key: \"{token}\"}\n      mapping:")
            let server = try await home.serve(
                try home.configuration(sources: yaml, settings: "secrets: [{files: secrets}]\n"))
            func ask() async throws -> String? {
                let job = try await home.accepted([CountingSource.part("hr")], at: server.orchestrator)
                #expect(try await home.result(job, at: server.orchestrator).status == 200)
                return source.keys.last
            }
            #expect(try await ask() == "the-first-key")
            try files.write("vault/key", "the-second-key")
            try await eventually("the new secret is sent", within: .seconds(10)) {
                try await ask() == "the-second-key"
            }
        }
    }

    @Test("A change between the reading of the configuration and the start of its watch is not missed")
    func beforeTheWatch() async throws {
        try await Home.during { home in
            let source = try await home.source()
            let asked = Mutex<[StandInServer.Exchange]>([])
            let isHolding = Mutex(true)
            let answer = #"{"data":{"data":{"value":"a-key"}}}"#
            // A Vault that is slow while the configuration is read first: its files have been read by then.
            let vault = try await StandInServer.start { exchange in
                if isHolding.withLock({ $0 }) {
                    asked.withLock { $0.append(exchange) }
                } else {
                    exchange.answer(answer)
                }
            }
            home.atEnd { await vault.stop() }
            let settings = "secrets: [{vault: {address: \"http://127.0.0.1:\(vault.port)\", token: t}}]\n"
            let yaml = source.yaml("first", #"connection: {token: "${secret:key}"}"#)
                .replacingOccurrences(of: "mapping:", with: "headers: {x-key: \"{token}\"}\n      mapping:")
            let file = try home.configuration(sources: yaml, settings: settings)
            async let serving = home.serve(file)
            try await eventually("the secret is asked for") { asked.withLock { !$0.isEmpty } }
            try home.configuration(sources: yaml + source.yaml("second"), settings: settings)
            isHolding.withLock { $0 = false }
            for exchange in asked.withLock({ $0 }) { exchange.answer(answer) }
            let server = try await serving
            try await eventually("the new source is there", within: .seconds(10)) {
                try await home.submit([CountingSource.part("second")], at: server.orchestrator).status == 200
            }
        }
    }
}
