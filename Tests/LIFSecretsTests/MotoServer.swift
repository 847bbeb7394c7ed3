import Foundation
import LIFHTTP
import LIFJSON
import LIFModel
import TestProcesses

@testable import LIFSecrets

/// A `moto_server` (PyPI `moto[server]`), which stands in for AWS. It ends with the test: by itself when the pipe at its
/// standard input closes.
final class MotoServer: Sendable {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    static let isOnPath = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/moto_server")
    }
    /// Where a skipped test of a backend is a failure.
    static let isRequired = ProcessInfo.processInfo.environment["LIF_REQUIRE_BACKENDS"] == "1"
    static let absence = "moto_server is not on PATH (pip install 'moto[server]')"

    let url: String
    private let http = OutgoingHTTPClient()

    private init(url: String) { self.url = url }

    /// Runs a server for the length of the body.
    static func with<Value>(_ body: (MotoServer) async throws -> Value) async throws -> Value {
        guard isOnPath else { throw Problem(description: absence) }
        let process = try ChildProcess(
            "/bin/sh", ["-c", "moto_server -H 127.0.0.1 -p 0 2>&1 & moto=$!; cat; kill -9 $moto; wait $moto"])
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(MotoServer(url: try await address(of: process))))
        } catch {
            result = .failure(error)
        }
        process.closeInput()
        _ = await process.finished()
        return try result.get()
    }

    private static func address(of process: ChildProcess) async throws -> String {
        if let url = await process.line(after: " * Running on ") { return url }
        throw Problem(description: "moto_server ended: \(process.output.suffix(500))")
    }

    /// Creates a secret, as an administrator does.
    func create(_ name: String, _ content: (member: String, value: String)) async throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("Name", name)
            writer.member("ClientRequestToken", UUID().uuidString)
            writer.member(content.member, content.value)
        }
        try await secretsManager("CreateSecret", writer.bytes)
    }

    /// Marks a secret for deletion.
    func delete(_ name: String) async throws {
        try await secretsManager("DeleteSecret", Array("{\"SecretId\": \"\(name)\"}".utf8))
    }

    private func secretsManager(_ action: String, _ body: [UInt8]) async throws {
        _ = try await send(
            "secretsmanager",
            [
                (name: "Content-Type", value: "application/x-amz-json-1.1"),
                (name: "X-Amz-Target", value: "secretsmanager.\(action)"),
            ], body)
    }

    /// An access key of a new user.
    func accessKey(of user: String, mayRead: Bool) async throws -> (id: String, secret: Secret) {
        try await iam(["Action": "CreateUser", "UserName": user])
        if mayRead {
            let policy =
                "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", "
                + "\"Action\": \"secretsmanager:GetSecretValue\", \"Resource\": \"*\"}]}"
            try await iam([
                "Action": "PutUserPolicy", "UserName": user, "PolicyName": "read", "PolicyDocument": policy,
            ])
        }
        let answer = try await iam(["Action": "CreateAccessKey", "UserName": user])
        func element(_ name: String) throws -> String {
            guard let start = answer.range(of: "<\(name)>"), let end = answer.range(of: "</\(name)>") else {
                throw Problem(description: "There is no \(name) in moto's answer.")
            }
            return String(answer[start.upperBound..<end.lowerBound])
        }
        return (try element("AccessKeyId"), Secret(try element("SecretAccessKey")))
    }

    /// From now on, signatures and permissions are checked.
    func startToCheckSignatures() async throws {
        let answer = try await http.send(
            OutgoingRequest(.post, url: url + "/moto-api/reset-auth", body: Array("0".utf8), timeout: .seconds(30)))
        guard answer.isSuccess else { throw Problem(description: "moto answered HTTP \(answer.status).") }
    }

    @discardableResult
    private func iam(_ form: [String: String]) async throws -> String {
        let form = form.merging(["Version": "2010-05-08"]) { old, _ in old }.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        return try await send(
            "iam", [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")],
            Array(form.joined(separator: "&").utf8))
    }

    private func send(_ service: String, _ headers: [(name: String, value: String)], _ body: [UInt8]) async throws
        -> String
    {
        let signature = AWSSignature(
            accessKeyID: "admin", secretAccessKey: Secret("admin"), region: "us-east-1", service: service)
        let timestamp = AWSSignature.timestamp(Date())
        var headers = headers + [(name: "X-Amz-Date", value: timestamp)]
        let host = [(name: "Host", value: String(url.dropFirst("http://".count)))]
        let authorization = signature.authorization(
            method: "POST", headers: headers + host, body: body, timestamp: timestamp)
        headers.append((name: "Authorization", value: authorization))
        let answer = try await http.send(
            OutgoingRequest(.post, url: url, headers: headers, body: body, timeout: .seconds(30)))
        let text = String(decoding: answer.body, as: UTF8.self)
        guard answer.isSuccess else { throw Problem(description: "moto answered HTTP \(answer.status): \(text)") }
        return text
    }
}
