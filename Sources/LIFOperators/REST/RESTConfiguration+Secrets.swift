import Foundation
import LIFJSON

/// The credentials of a source, also those that are written in the file as plain text.
extension RESTConfiguration {
    /// What a trace of a fetch must not show.
    var secrets: [String] {
        url.secrets + (body?.secrets ?? []) + headers.flatMap(\.secrets) + writtenInURL + writtenInBody
    }

    /// The values of parameters of the URL whose names say so.
    private var writtenInURL: [String] {
        let query = url.filled(identifier: "", identifierType: "").split(separator: "?", maxSplits: 1).dropFirst()
        return query.flatMap { $0.split(separator: "&") }.compactMap { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1)
            return parts.count == 2 && Self.namesCredential(parts[0]) ? String(parts[1]) : nil
        }
    }

    /// The texts in the body under names that say so.
    private var writtenInBody: [String] {
        let text = body?.filled(identifier: "", identifierType: "")
        return text.flatMap { try? JSONParser.parse($0) }.map(Self.credentials) ?? []
    }

    private static func credentials(in value: JSONValue) -> [String] {
        let members = (value.object?.members ?? []).flatMap { member in
            namesCredential(member.name) ? [member.value.string].compactMap(\.self) : credentials(in: member.value)
        }
        return members + (value.array ?? []).flatMap(credentials)
    }

    private static func namesCredential(_ name: some StringProtocol) -> Bool {
        let letters = name.lowercased().filter(\.isLetter)
        return ["key", "token", "secret", "password", "passwd", "pwd", "auth", "credential", "signature", "sig"]
            .contains { letters.hasSuffix($0) }
    }
}

extension RESTConfiguration.Header {
    /// Whether all of its value is better not shown, also where it is written in the file itself.
    var isCredential: Bool {
        let name = name.lowercased()
        return ["auth", "cookie", "key", "token", "secret"].contains { name.contains($0) }
    }

    /// Of a header that is a credential the whole value, and what of it a source may repeat alone: `Bearer TOKEN`,
    /// `session=TOKEN; other=TOKEN`.
    fileprivate var secrets: [String] {
        guard isCredential else { return value.secrets }
        let text = value.filled(identifier: "", identifierType: "")
        let words = text.split { " ;,".contains($0) }
        let values = words.compactMap { $0.split(separator: "=", maxSplits: 1).dropFirst().first }
        return value.secrets + [text] + (words.dropFirst() + values).map { String($0) }
    }
}
