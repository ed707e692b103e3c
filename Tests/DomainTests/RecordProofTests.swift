import Domain
import Testing

@Suite struct `What a receipt's code says` {
    let proof: RecordProof

    init() throws {
        proof = RecordProof(
            kiosk: try #require(KioskID("k1310020007")), epoch: try #require(Epoch("3f9a1c005b7d20489f3c6a1e5b7d2048")),
            sequence: 1_234_567, hash: Digest(of: [1, 2, 3]))
    }

    @Test func `is read back as it was written, also with white space around it`() {
        let text = proof.description
        #expect(
            text
                == "KR-K1310020007.3F9A1C005B7D20489F3C6A1E5B7D2048.1234567."
                + "039058C6F2C0CB492C533B0A4D14EF77CC0F78ABCCCED5287D84A1A2011CFB81")
        // Whatever the number is, it is no longer than a scan may be.
        var last = proof
        last.sequence = .max
        #expect(last.description.utf8.count <= 133 && text.utf8.count <= 128)
        #expect(RecordProof(text.lowercased()) == proof)
        #expect(RecordProof(text) == proof && RecordProof(" \(text)\r\n") == proof)
    }

    @Test func `is nothing when any part of it is not whole`() {
        let text = proof.description
        for other in [
            "", "KR-", String(text.dropLast()), text + "x", text + " x", "KW" + text.dropFirst(2),
            text.replacing("1234567", with: "01234567"), text.replacing("1234567", with: "0"),
            text.replacing("1234567", with: "-5"), text.replacing(".", with: "-"), text.replacing("3F9A", with: "3G9A"),
            text + "." + text,
            text.replacing("1234567", with: "99999999999999999999"),
        ] {
            #expect(RecordProof(other) == nil, "\(other)")
        }
    }

    @Test func `with one character changed is another record or none`() {
        let characters = Array(proof.description)
        for index in characters.indices {
            for character in "aZ9-." where character.uppercased() != String(characters[index]) {
                var changed = characters
                changed[index] = character
                #expect(RecordProof(String(changed)) != proof)
            }
        }
    }
}
