// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that nobody who builds or tests lif pays for it. scripts/fuzz builds and runs it.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // libFuzzer brings the main function.
    .unsafeFlags(["-parse-as-library"]),
]

let package = Package(
    name: "lif-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "lif", path: "..")],
    targets: [
        .executableTarget(
            name: "FuzzJSONPath", dependencies: [.product(name: "JSONPath", package: "lif")], swiftSettings: settings),
        .executableTarget(
            name: "FuzzIRegexp", dependencies: [.product(name: "JSONPath", package: "lif")], swiftSettings: settings),
        .executableTarget(
            name: "FuzzQuery",
            dependencies: [
                .product(name: "LIFQueryPlanner", package: "lif"), .product(name: "LIFJSON", package: "lif"),
            ], swiftSettings: settings),
    ]
)
