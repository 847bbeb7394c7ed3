/// A text in the Prometheus exposition format 0.0.4, read strictly: what the format only tolerates is a fault here.
struct Exposition {
    struct Fault: Error, CustomStringConvertible {
        let line: Int
        let description: String
    }

    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Family {
        let name: String
        let type: String
        let help: String?
        var samples: [Sample] = []
    }

    private(set) var families: [Family] = []
    private(set) var comments: [String] = []
    private var help: (name: String, text: String)?
    private var seen: Set<String> = []

    init(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault(line: 0, description: "The text is not UTF-8.")
        }
        guard text.isEmpty || bytes.last == UInt8(ascii: "\n") else {
            throw Fault(line: 0, description: "The last line does not end.")
        }
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .dropLast()
        {
            do {
                var scanner = ExpositionScanner(line)
                try read(&scanner)
            } catch {
                throw Fault(line: index + 1, description: "\(error): \(String(decoding: line, as: UTF8.self))")
            }
        }
        guard help == nil else { throw Fault(line: 0, description: "A # HELP has no # TYPE behind it.") }
        for family in families { try Self.check(family) }
    }

    /// The value of one series; `nil` when it is not there.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        families.lazy.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
    }

    private mutating func read(_ line: inout ExpositionScanner) throws {
        if line.take("# HELP ") {
            guard help == nil else { throw ExpositionScanner.Unexpected("a second # HELP") }
            let name = try line.name(allowsColon: true)
            try line.expect(" ")
            help = (name, try line.help())
        } else if line.take("# TYPE ") {
            let name = try line.name(allowsColon: true)
            try line.expect(" ")
            let type = line.rest()
            guard ["counter", "gauge", "histogram"].contains(type), !families.contains(where: { $0.name == name }),
                help == nil || help?.name == name
            else { throw ExpositionScanner.Unexpected("this # TYPE") }
            families.append(Family(name: name, type: type, help: help?.text))
            help = nil
        } else if line.take("# ") {
            comments.append(line.rest())
        } else {
            let name = try line.name(allowsColon: true)
            let labels = try line.labels()
            try line.expect(" ")
            try add(Sample(name: name, labels: labels, value: try line.value()))
        }
    }

    private mutating func add(_ sample: Sample) throws {
        guard let last = families.indices.last, help == nil else { throw ExpositionScanner.Unexpected("a sample") }
        let isHistogram = families[last].type == "histogram"
        let names = (isHistogram ? ["_bucket", "_sum", "_count"] : [""]).map { families[last].name + $0 }
        guard names.contains(sample.name) else { throw ExpositionScanner.Unexpected("a sample of another family") }
        let key = "\(sample.name) \(sample.labels.sorted { $0.key < $1.key })"
        guard seen.insert(key).inserted else { throw ExpositionScanner.Unexpected("the series a second time") }
        families[last].samples.append(sample)
    }

    private static func check(_ family: Family) throws {
        guard !family.samples.isEmpty else { throw Fault(line: 0, description: "\(family.name) has no samples.") }
        if family.type == "counter", family.samples.contains(where: { !($0.value >= 0) }) {
            throw Fault(line: 0, description: "\(family.name) is below 0.")
        }
        guard family.type == "histogram" else { return }
        let groups = Dictionary(grouping: family.samples) { $0.labels.filter { $0.key != "le" } }
        for samples in groups.values {
            let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
            let bounds = buckets.compactMap { $0.labels["le"].flatMap(ExpositionScanner.number) }
            let counts = buckets.map(\.value)
            let sums = samples.filter { $0.name.hasSuffix("_sum") }
            let totals = samples.filter { $0.name.hasSuffix("_count") }
            guard bounds.count == buckets.count, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }),
                bounds.last == .infinity, zip(counts, counts.dropFirst()).allSatisfy({ $0 <= $1 }), sums.count == 1,
                totals.count == 1, totals.first?.value == counts.last
            else { throw Fault(line: 0, description: "\(family.name) is no histogram.") }
        }
    }
}
