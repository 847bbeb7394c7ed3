import Crypto
import Foundation
import LIFModel

/// AWS Signature Version 4 ("Create a signed AWS API request", AWS IAM User Guide), in the `Authorization` header.
struct AWSSignature: Sendable {
    let accessKeyID: String
    let secretAccessKey: Secret
    let region: String
    let service: String

    /// The value of the `Authorization` header.
    ///
    /// - Parameters:
    ///   - path: Percent-encoded twice, as all services but S3 expect it.
    ///   - query: Encoded, and sorted by name.
    ///   - headers: All that are to be signed, each name once: `Host`, `X-Amz-Date` and others.
    ///   - timestamp: The value of `X-Amz-Date`.
    func authorization(
        method: String, path: String = "/", query: String = "", headers: [(name: String, value: String)],
        body: [UInt8], timestamp: String
    ) -> String {
        let headers = headers.map { (name: $0.name.lowercased(), value: Self.canonical($0.value)) }
            .sorted { $0.name < $1.name }
        let names = headers.map(\.name).joined(separator: ";")
        let request = [
            method, path, query, headers.map { "\($0.name):\($0.value)\n" }.joined(), names,
            Self.hexadecimal(SHA256.hash(data: body)),
        ].joined(separator: "\n")
        let day = String(timestamp.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = [
            "AWS4-HMAC-SHA256", timestamp, scope, Self.hexadecimal(SHA256.hash(data: Array(request.utf8))),
        ].joined(separator: "\n")
        let signature = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: signingKey(day: day))
        return "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(scope), SignedHeaders=\(names), "
            + "Signature=\(Self.hexadecimal(signature))"
    }

    func signingKey(day: String) -> SymmetricKey {
        let start = SymmetricKey(data: Array("AWS4\(secretAccessKey.reveal())".utf8))
        return [day, region, service, "aws4_request"].reduce(start) { key, part in
            SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
    }

    /// `20150830T123600Z`.
    static func timestamp(_ date: Date) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(
                dateSeparator: .omitted, dateTimeSeparator: .standard, timeSeparator: .omitted,
                timeZoneSeparator: .omitted, includingFractionalSeconds: false, timeZone: .gmt))
    }

    /// Without spaces around it, and with one where there are several.
    private static func canonical(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
