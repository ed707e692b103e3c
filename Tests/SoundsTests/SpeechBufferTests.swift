import Testing

@testable import Sounds

@Suite struct SpokenWaveTests {
    let samples: [Int16] = [0, 100, -1000, 3000, -2500, 0]
    var file: [UInt8] { WaveFile.bytes(of: samples, perSecond: 22_050) }

    @Test func `what was written is read`() throws {
        let wave = try SpeechBuffer(file: file)
        #expect(wave.samples == samples && wave.samplesPerSecond == 22_050)
        #expect(
            try SpeechBuffer(file: WaveFile.bytes(of: [Int16](repeating: 500, count: 16_000), perSecond: 8000))
                .milliseconds == 2000)
    }

    /// As espeak-ng (7FFFF000), sox (FFFFFFFF) and others (0) write it to a pipe.
    @Test(arguments: [[0, 0xF0, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0, 0, 0, 0x80]] as [[UInt8]])
    func `a length that was not known yet is not believed`(length: [UInt8]) throws {
        var file = file
        file.replaceSubrange(40..<44, with: length)
        file.replaceSubrange(4..<8, with: length)
        #expect(try SpeechBuffer(file: file).samples == samples)
        // Half a sample at the end is none.
        #expect(try SpeechBuffer(file: file + [1]).samples == samples)
    }

    @Test func `other chunks are passed over, odd ones with their padding`() throws {
        let chunk = Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        #expect(try SpeechBuffer(file: Array(file[..<12]) + chunk + file[12...]).samples == samples)
        #expect(try SpeechBuffer(file: Array(file[..<36]) + chunk + file[36...]).samples == samples)
    }

    @Test func `a file cut anywhere, or with any byte changed, gives samples or an error`() {
        for count in 0..<file.count { _ = try? SpeechBuffer(file: Array(file[..<count])) }
        for index in file.indices {
            for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var damaged = file
                damaged[index] = value
                _ = try? SpeechBuffer(file: damaged)
            }
        }
        for count in [0, 11, 43] {
            #expect(throws: WaveError.notWave(bytes: count)) { try SpeechBuffer(file: Array(file[..<count])) }
        }
    }

    @Test func `stereo, other depths, other rates and silence are refused`() {
        for (place, value) in [(22, 2), (34, 8), (20, 3), (26, 1)] as [(Int, UInt8)] {
            var other = file
            other[place] = value
            #expect(throws: WaveError.otherFormat, "\(place)") { try SpeechBuffer(file: other) }
        }
        #expect(throws: WaveError.silent) {
            try SpeechBuffer(file: WaveFile.bytes(of: [0, 200, -200], perSecond: 22_050))
        }
    }

    @Test func `a soft voice becomes as loud as the tones, hiss does not`() throws {
        func peak(_ samples: [Int16]) throws -> Int {
            let loud = try SpeechBuffer(file: SpeechBuffer(file: WaveFile.bytes(of: samples, perSecond: 22_050)).loud)
            #expect(loud.samples.count == samples.count)
            return loud.samples.map { Int($0.magnitude) }.max() ?? 0
        }
        #expect(try peak([0, 4000, -10_000]) == 29_490)
        #expect(try peak([0, 20, .min, .max]) == 29_490)
        #expect(try peak([0, 300]) == 2400)
    }
}
