// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that nobody who builds or tests lif pays for it.
let package = Package(
    name: "lif-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "lif", path: ".."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "BareRoute", dependencies: [.product(name: "Hummingbird", package: "hummingbird")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
