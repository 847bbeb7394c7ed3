import LIFQueryPlanner
import LIFTesting
import Testing

@Suite struct ConfiguredMetadataTests {
    @Test(
        "The catalogue of the configuration keeps the contract of a source of metadata",
        arguments: MetadataSourceConformance { catalogue in
            let metadata = ConfiguredMetadata(catalogue)
            return (metadata, { metadata.replace($0) })
        }.checks)
    func conformance(_ check: ConformanceCheck) async throws { try await check.run() }
}
