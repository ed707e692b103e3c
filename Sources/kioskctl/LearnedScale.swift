import Domain
import ScaleProtocols

/// What was heard at all speeds, and what to make of it.
struct LearnedScale {
    struct Found {
        let candidate: ScaleLearning.Candidate
        let baud: Int
    }

    /// The best first; at equal scores the earlier speed.
    private(set) var candidates: [Found] = []
    private var captures: [(baud: Int, bytes: [UInt8])] = []

    mutating func heard(_ bytes: [UInt8], at baud: Int) {
        captures.append((baud, bytes))
        candidates += ScaleLearning.candidates(bytes).map { Found(candidate: $0, baud: baud) }
        candidates = candidates.enumerated().sorted { left, right in
            (right.element.candidate.score, left.offset) < (left.element.candidate.score, right.offset)
        }.map(\.element)
    }

    func lines(_ path: String) -> [String] {
        guard let best = candidates.first else { return hint }
        var lines = [row("SCORE", "PROTOCOL", "LINE", "CHECKSUM", "FRAMES", "SAMPLE")]
        for found in candidates.prefix(8) {
            let candidate = found.candidate
            lines.append(
                row(
                    String(candidate.score), candidate.name.rawValue, "\(found.baud) \(Self.line(candidate.parity))",
                    candidate.isChecked ? "yes" : "no",
                    String(candidate.frames) + (candidate.dropped > 0 ? "-\(candidate.dropped)" : ""),
                    candidate.sample.mass?.description ?? candidate.sample.fault ?? candidate.sample.range.rawValue))
        }
        if candidates.count > 1, candidates[1].candidate.score == best.candidate.score {
            lines.append(
                "Two fit equally well. Compare the sample with the display, or put another weight on and listen again.")
        }
        lines += ["", "If the sample is what the display shows, write in kiosk.yaml:", ""]
        return lines + Self.settings(best, path)
    }

    func json(_ path: String) -> JSON {
        .members([
            "path": .string(path),
            "heard": .array(
                captures.map { ["baud": .integer(Int64($0.baud)), "bytes": .integer(Int64($0.bytes.count))] }),
            "candidates": .array(
                candidates.map { found in
                    let candidate = found.candidate
                    return .members([
                        "score": .integer(Int64(candidate.score)), "protocol": .string(candidate.name.rawValue),
                        "baud": .integer(Int64(found.baud)), "line": .string(Self.line(candidate.parity)),
                        "options": .object(
                            Dictionary(uniqueKeysWithValues: Self.options(candidate.options).map { ($0, .string($1)) })),
                        "checked": .boolean(candidate.isChecked), "frames": .integer(Int64(candidate.frames)),
                        "dropped": .integer(Int64(candidate.dropped)),
                        "grams": candidate.sample.mass.map { .integer($0.grams) },
                        "fault": candidate.sample.fault.map { .string($0) },
                        "raw": .string(Self.hex(candidate.sample.raw[...])),
                    ])
                }),
            "hint": candidates.isEmpty ? .string(hint.joined(separator: " ")) : nil,
        ])
    }

    /// Why nothing fits, and what to do.
    private var hint: [String] {
        // The speed at which most was understood: fewest bytes that no text has.
        guard
            let clearest = captures.filter({ !$0.bytes.isEmpty }).min(by: {
                Self.strange($0.bytes) < Self.strange($1.bytes)
            })
        else {
            return [
                "The device said nothing at any speed. Look at its power and cable (some need crossed wires).",
                "If both are right it waits to be asked, which is never tried here: set it to send continuously, or name its "
                    + "profile by the type on its plate (Config/scales: mettler-sics, toledo-8217, cas-pos, yaohua-a9-asked, kern, sma).",
            ]
        }
        let sample = "At \(clearest.baud): \(Self.hex(clearest.bytes.prefix(48)))"
        switch ScaleLearning.impression(clearest.bytes) {
        case .silent, .unknown: return ["Something is sent, but it is no protocol known here.", sample]
        case .wrongSpeed:
            return ["Most bytes are no text: wrong speed or parity. Look on the indicator for its baud rate.", sample]
        case .parity(let parity):
            return [
                "Every byte has \(parity.rawValue) parity, so the line is \(Self.line(parity)) at \(clearest.baud); but what it says is "
                    + "no protocol known here.", sample,
            ]
        }
    }

    private static func strange(_ bytes: [UInt8]) -> Int {
        bytes.count { $0 >= 0x80 || $0 == 0 } * 1000 / max(bytes.count, 1)
    }

    private static func settings(_ found: Found, _ path: String) -> [String] {
        let options = options(found.candidate.options).map { "\($0): \($1)" }.joined(separator: ", ")
        return [
            "devices:", "  scale:", "    path: \(path)", "    protocol: \(found.candidate.name.rawValue)",
            "    baud: \(found.baud)", "    line: \(line(found.candidate.parity))",
        ] + (options.isEmpty ? [] : ["    options: {\(options)}"])
    }

    /// As `kiosk.yaml` writes them; only those that listening can tell.
    private static func options(_ options: ScaleOptions) -> [(String, String)] {
        [
            ("characters", options.characters.map(String.init)),
            ("checksum", options.checksum.map { $0 ? "yes" : "no" }),
            ("asked", options.isAsked.map { $0 ? "yes" : "no" }), ("variant", options.variant?.rawValue),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    private static func line(_ parity: ScaleLearning.Parity) -> String {
        switch parity {
        case .none: "8N1"
        case .even: "7E1"
        case .odd: "7O1"
        }
    }

    private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
    }

    private func row(_ columns: String...) -> String {
        zip(columns, [6, 20, 11, 8, 9, 0]).map { text, width in
            text + String(repeating: " ", count: max(width - text.count, 0))
        }.joined(separator: " ")
    }
}
