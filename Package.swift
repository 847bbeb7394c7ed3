// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let swiftCSV = Target.Dependency.product(name: "SwiftCSV", package: "SwiftCSV")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library target. What it may import is exactly what is listed: the build checks the arrows
/// (`--explicit-target-dependency-import-check error`).
func library(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// As `library`, with files that are compiled into the program.
func library(_ name: String, embedding files: [String], _ dependencies: Target.Dependency...) -> Target {
    .target(
        name: name, dependencies: dependencies, resources: files.map { .embedInCode($0) }, swiftSettings: settings)
}

func tests(
    _ name: String, exclude: [String] = [], resources: [Resource] = [], _ dependencies: Target.Dependency...
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "lif",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "lif", targets: ["lif"]),
        .library(name: "LIFJSON", targets: ["LIFJSON"]),
        .library(name: "JSONPath", targets: ["JSONPath", "LIFJSON"]),
        .library(
            name: "LIFQueryPlanner",
            targets: [
                "LIFQueryPlanner", "LIFJournal", "LIFIdentities", "LIFMetadata", "LIFModel", "LIFStores", "LIFSQLite",
            ]),
        .library(
            name: "LIFOrchestrator",
            targets: [
                "LIFOrchestrator", "LIFJournal", "LIFModel", "LIFWorkflow", "LIFEmbeddedEngine", "LIFOperators",
                "LIFHTTP",
            ]),
        .library(
            name: "LIFTesting",
            targets: [
                "LIFTesting", "LIFJournal", "LIFQueryPlanner", "LIFIdentities", "LIFMetadata", "LIFWorkflow",
                "LIFModel",
                "LIFJSON",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Dependencies point up this list only (ARCHITECTURE.md, "Targets").
        library("LIFJSON"),
        library("LIFConcurrency"),
        library("JSONPath", "LIFJSON"),
        library("LIFModel", "LIFJSON"),
        library("LIFJournal", "LIFModel", "LIFJSON"),
        library("LIFComposer", "LIFModel", "LIFJSON"),
        library("LIFIdentities", "LIFModel", "LIFJSON", swiftCSV),
        library("LIFMetadata", "LIFConcurrency", "LIFModel", "LIFJSON", logging),
        library(
            "LIFQueryPlanner", "LIFConcurrency", "LIFComposer", "LIFJournal", "LIFModel", "JSONPath", "LIFJSON",
            coreMetrics, logging),
        library("LIFWorkflow", "LIFConcurrency", "LIFJournal", "LIFModel", "LIFJSON"),
        library("LIFMetrics", coreMetrics),
        library(
            "LIFOrchestrator", "LIFConcurrency", "LIFWorkflow", "LIFJournal", "LIFModel", "LIFJSON", coreMetrics,
            logging),
        library(
            "LIFHTTP", "LIFConcurrency", "LIFModel", asyncHTTPClient, nioCore, nioHTTP1, nioHTTPCompression, nioPosix,
            nioSSL),
        library("LIFGraphQL", "LIFJSON"),
        library("LIFSettings", "LIFHTTP", "LIFModel"),
        library("LIFSecrets", "LIFHTTP", "LIFModel", "LIFJSON", crypto),
        library(
            "LIFOperators", "LIFConcurrency", "LIFSettings", "LIFWorkflow", "LIFModel", "LIFHTTP", "LIFGraphQL",
            "JSONPath", "LIFJSON",
            crypto, grdb, logging, subprocess, swiftCSV, systemPackage),
        library("LIFEmbeddedEngine", "LIFConcurrency", "LIFWorkflow", "LIFModel"),
        library(
            "LIFStores", "LIFJournal", "LIFQueryPlanner", "LIFIdentities", "LIFMetadata", "LIFWorkflow", "LIFModel"),
        library(
            "LIFSQLite", "LIFConcurrency", "LIFJournal", "LIFQueryPlanner", "LIFIdentities", "LIFMetadata",
            "LIFWorkflow", "LIFStores", "LIFModel", "LIFJSON", crypto, grdb),
        library(
            "LIFNeighbours", "LIFConcurrency", "LIFHTTP", "LIFQueryPlanner", "LIFIdentities", "LIFMetadata",
            "LIFWorkflow", "LIFModel",
            "LIFJSON", logging),
        library(
            "LIFServer",
            embedding: [
                "OpenAPI/orchestrator.openapi.json", "OpenAPI/query-planner.openapi.json", "OpenAPI/docs.html",
            ], "LIFConcurrency", "LIFQueryPlanner", "LIFIdentities", "LIFOrchestrator", "LIFWorkflow", "LIFModel",
            "LIFJSON", coreMetrics,
            hummingbird, hummingbirdCore, httpTypes, logging, nioCore, nioHTTP1, nioHTTPCompression, serviceLifecycle),
        library(
            "LIFConfiguration", "LIFServer", "LIFQueryPlanner", "LIFOrchestrator", "LIFOperators", "LIFNeighbours",
            "LIFSettings", "LIFSecrets", "LIFWorkflow", "LIFHTTP", "LIFModel", "LIFJSON", yams),
        library("LIFPartner", "LIFGraphQL", "LIFJSON", hummingbird, httpTypes, logging, nioCore, serviceLifecycle),
        library(
            "LIFTesting", "LIFConcurrency", "LIFJournal", "LIFQueryPlanner", "LIFIdentities", "LIFMetadata",
            "LIFWorkflow", "LIFModel",
            "LIFJSON", hummingbird, httpTypes, logging, nioCore, serviceLifecycle),
        .executableTarget(
            name: "lif",
            dependencies: [
                "LIFConcurrency", "LIFConfiguration", "LIFEmbeddedEngine", "LIFHTTP", "LIFIdentities", "LIFJSON",
                "LIFMetadata",
                "LIFMetrics", "LIFModel", "LIFNeighbours", "LIFOperators", "LIFOrchestrator", "LIFPartner",
                "LIFQueryPlanner", "LIFSQLite", "LIFSecrets", "LIFServer", "LIFStores", "LIFWorkflow", argumentParser,
                hummingbird,
                logging, serviceLifecycle, unixSignals,
            ],
            swiftSettings: settings),

        // Programs that tests run.
        .target(name: "CSpawn", path: "Tests/CSpawn"),
        .target(
            name: "TestProcesses", dependencies: ["CSpawn"], path: "Tests/TestProcesses", swiftSettings: settings),
        .executableTarget(
            name: "engine-trial",
            dependencies: [
                "LIFConfiguration", "LIFEmbeddedEngine", "LIFHTTP", "LIFJSON", "LIFModel", "LIFOperators",
                "LIFOrchestrator", "LIFSQLite", "LIFServer", "LIFStores", "LIFTesting", "LIFWorkflow", logging,
            ],
            path: "Tests/EngineTrial", swiftSettings: settings),
        tests("LIFConcurrencyTests", "LIFConcurrency", "LIFTesting"),
        tests("LIFJSONTests", "LIFJSON"),
        tests("JSONPathTests", "JSONPath", "LIFJSON"),
        tests("LIFModelTests", "LIFModel", "LIFJSON"),
        tests("LIFComposerTests", "LIFComposer", "LIFModel", "LIFJSON"),
        tests("LIFGraphQLTests", "LIFGraphQL", "LIFJSON"),
        tests("LIFHTTPTests", "LIFHTTP", "LIFModel", hummingbird, nioCore, nioPosix, nioHTTP1),
        tests("LIFIdentitiesTests", "LIFIdentities", "LIFModel", "LIFJSON", "LIFTesting"),
        tests("LIFMetadataTests", "LIFMetadata", "LIFModel", "LIFJSON", "LIFTesting", logging),
        tests(
            "LIFQueryPlannerTests", "LIFConcurrency", "LIFQueryPlanner", "LIFOrchestrator", "LIFEmbeddedEngine",
            "LIFMetrics",
            "LIFWorkflow", "LIFModel", "LIFJSON", "LIFTesting", logging),
        tests("LIFWorkflowTests", "LIFConcurrency", "LIFWorkflow", "LIFModel", "LIFJSON", "LIFTesting"),
        tests("LIFEmbeddedEngineTests", "LIFEmbeddedEngine", "LIFWorkflow", "LIFModel", "LIFJSON", "LIFTesting"),
        tests("LIFMetricsTests", "LIFMetrics", "TestProcesses", coreMetrics),
        tests(
            "LIFSecretsTests", "LIFSecrets", "LIFHTTP", "LIFModel", "LIFJSON", "TestProcesses", hummingbird, httpTypes,
            logging, nioCore,
            serviceLifecycle),
        tests(
            "LIFOrchestratorTests", exclude: ["Golden"], "LIFConcurrency", "LIFOrchestrator", "LIFQueryPlanner",
            "LIFWorkflow", "LIFEmbeddedEngine", "LIFJournal", "LIFModel", "LIFJSON", "LIFTesting", coreMetrics, logging),
        tests(
            "LIFOperatorsTests", "LIFOperators", "LIFNeighbours", "LIFQueryPlanner", "LIFIdentities", "LIFMetadata",
            "LIFServer", "LIFSQLite", "LIFWorkflow", "LIFPartner", "LIFHTTP", "LIFGraphQL", "LIFModel", "LIFJSON",
            "LIFTesting", grdb, hummingbird, httpTypes, logging, nioCore, serviceLifecycle),
        tests(
            "LIFSQLiteTests", "LIFSQLite", "LIFStores", "LIFConcurrency", "LIFJournal", "LIFQueryPlanner",
            "LIFIdentities", "LIFMetadata",
            "LIFWorkflow", "LIFModel",
            "LIFJSON", "LIFTesting", "TestProcesses", grdb),
        tests("LIFSettingsTests", "LIFSettings"),
        tests(
            "LIFConfigurationTests", "LIFConfiguration", "LIFEmbeddedEngine", "LIFTesting", "LIFServer",
            "LIFQueryPlanner", "LIFOrchestrator",
            "LIFOperators", "LIFNeighbours", "LIFSettings", "LIFSecrets", "LIFHTTP", "LIFWorkflow", "LIFModel",
            "LIFJSON"),
        tests(
            "LIFPartnerTests", "LIFPartner", "LIFGraphQL", "LIFJSON", hummingbird, hummingbirdTesting, httpTypes,
            nioCore),
        tests(
            "LIFServerTests", "LIFConcurrency", "LIFServer", "LIFQueryPlanner", "LIFIdentities", "LIFOrchestrator",
            "LIFJournal",
            "LIFWorkflow",
            "LIFEmbeddedEngine", "LIFMetrics", "LIFModel", "LIFJSON", "LIFTesting", hummingbird, hummingbirdTesting,
            httpTypes, logging, nioCore, nioPosix, serviceLifecycle),
        tests(
            "ReadmeExampleTests", "LIFEmbeddedEngine", "LIFHTTP", "LIFJSON", "LIFModel", "LIFOperators",
            "LIFOrchestrator", "LIFQueryPlanner", "LIFSQLite", "LIFStores", "LIFTesting", "LIFWorkflow"),
        tests(
            "SystemTests", exclude: ["MovedClock/moved_clock.c"], "lif", "engine-trial", "LIFEmbeddedEngine",
            "LIFHTTP", "LIFJournal", "LIFPartner", "LIFSQLite", "LIFTesting", "LIFWorkflow", "LIFModel", "LIFJSON",
            "TestProcesses", crypto, logging, nioCore, nioHTTP1, nioPosix, serviceLifecycle),
    ]
)

// The simulation takes the place of the C library's clocks, as Linux has them (docs/guides/simulation.md).
#if os(Linux)
    package.targets += [
        .target(name: "CSimulation", path: "Tests/CSimulation"),
        .executableTarget(
            name: "LIFSimulation",
            dependencies: [
                "CSimulation", "LIFConcurrency", "LIFEmbeddedEngine", "LIFJSON", "LIFJournal", "LIFModel",
                "LIFOrchestrator", "LIFQueryPlanner", "LIFTesting", "LIFWorkflow", logging,
            ],
            path: "Tests/LIFSimulation", swiftSettings: settings),
        tests("SimulationTests", "TestProcesses"),
    ]
#endif
