import Domain
import Foundation
import Logging
import Phrases
import Sounds
import Synchronization
import TestSupport
import Testing

@testable import Devices

/// Sentences: spoken by the real engine, and what a wrong engine or a busy room does to them.
@Suite struct VoiceTests {
    private final class Endings: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }
        func add(_ ending: String) { list.withLock { $0.append(ending) } }
    }

    /// A point with a player, and a speech engine of the test's own unless it takes the real one.
    private final class Point {
        let directory: TemporaryDirectory
        let sounder: Sounder
        let log = LogBook()
        private let endings = Endings()

        /// - Parameters:
        ///   - player: a shell script; `$1` is the file, `$name` its name, `stdin` for speech, and `$log` what `lines` reads.
        ///   - engine: a shell script that can give `$wave`, a whole WAV file; `nil` for espeak-ng.
        init(player: String, engine: String? = nil, patience: Milliseconds = 20_000) throws {
            directory = try TemporaryDirectory()
            let names = "log=\(directory.file("log"))\ngate=\(directory.file("gate"))\nwave=\(directory.file("wave"))\n"
            let script = try directory.write(names + "name=$(basename \"$1\" .wav)\n\(player)\n", to: "player")
            try Data(Sound(.attention, isPractice: false).file).write(to: URL(fileURLWithPath: directory.file("wave")))
            var voice = VoiceConfiguration.espeak
            if let engine {
                voice = VoiceConfiguration(
                    program: ["/bin/sh", try directory.write(names + engine + "\n", to: "engine")])
            }
            sounder = Sounder(
                player: ["/bin/sh", script], directory: directory.file("sounds"), voice: voice,
                patience: patience, environment: ["PATH": "/usr/bin:/bin"],
                logger: Logger(label: "sound") { [log] _ in log })
            sounder.start()
        }

        deinit { sounder.stop() }

        var lines: [String] {
            ((try? String(contentsOfFile: directory.file("log"), encoding: .utf8)) ?? "").split(separator: "\n").map(
                String.init)
        }

        var ended: [String] { endings.all }

        func say(_ sentence: String, isPrompt: Bool = false) {
            sounder.say(sentence, isPrompt: isPrompt) { [endings] outcome in endings.add("\(sentence) \(outcome)") }
        }

        func openGate() throws { try directory.write("", to: "gate") }
    }

    // MARK: The real engine

    private func spoken(_ sentence: String) async throws -> SpeechBuffer {
        let point = try Point(player: "cat \"$1\" >$log.wav")
        point.say(sentence)
        try await #require(eventually { !point.ended.isEmpty })
        try #require(point.ended == ["\(sentence) spoken"])
        #expect(point.sounder.peripheral?.connected == true && point.log.lines.isEmpty)
        return try SpeechBuffer(file: Array(Data(contentsOf: URL(fileURLWithPath: point.directory.file("log.wav")))))
    }

    /// Listened to by a machine: it lasts as long as a person takes, is loud throughout, and as loud as the tones.
    @Test func `a weighing is spoken aloud, in the time that a person takes for it`() async throws {
        let announcement = SpokenMessage.weighed(
            produce: "番茄", grade: "一级", net: Mass(grams: 10_190), amount: Money(fen: 3261))
        let wave = try await spoken(announcement.sentence())
        // 21 syllables and three pauses.
        #expect((4000...9000).contains(wave.milliseconds), "\(wave.milliseconds) ms")
        #expect(wave.samples.map { $0.magnitude }.max() == 29_490)
        let window = wave.samplesPerSecond / 10
        let loud = stride(from: 0, to: wave.samples.count - window, by: window).filter { start in
            wave.samples[start..<start + window].contains { $0.magnitude > 3000 }
        }
        #expect(loud.count * 100 / (wave.samples.count / window) > 60, "too much of it is silence")
    }

    @Test func `different amounts sound different, and more syllables last longer`() async throws {
        var heard: Set<SpeechBuffer> = []
        var longest = 0
        for fen in [5, 3950, 3960, 123_456] as [Int64] {
            let wave = try await spoken(Mandarin.spoken(Money(fen: fen)))
            heard.insert(wave)
            #expect(wave.milliseconds > longest, "\(fen)")
            // 3,950 and 3,960 have equally many syllables.
            longest = fen == 3950 ? wave.milliseconds / 2 : wave.milliseconds
        }
        #expect(heard.count == 4)
    }

    /// One of the engine's own voices spells many characters with English letters.
    @Test func `the engine reads every character we say as Chinese`() throws {
        var sentences = SpokenMessage.Instruction.allCases.map {
            SpokenMessage.instruction($0).sentence(isPractice: true)
        }
        sentences += [0, 2, 45, 3261, 7890, 12_345_678_900].flatMap { number in
            [Mandarin.spoken(Money(fen: number)), Mandarin.spoken(Mass(grams: -number), in: .jin)]
        }
        sentences += [
            SpokenMessage.total(crates: 2, net: Mass(grams: 18_001), amount: Money(fen: 6000), isByItself: true)
                .sentence(),
            SpokenMessage.total(crates: 3, net: Mass(grams: 18_001), amount: nil, isByItself: false).sentence(),
            SpokenMessage.weighed(produce: "苹果", grade: "等外", net: Mass(grams: 18_001), amount: nil).sentence(),
            SpokenMessage.voided(produce: "番茄", net: .zero).sentence(), "毛重", "皮重", "一级，二级，特级", "黄瓜", "白菜", "茄子",
            "砝码", "党参", "枸杞", "莴笋",
        ]
        let options = Array(VoiceConfiguration.espeak.program.dropFirst().prefix { $0 != "--stdin" })
        for sentence in sentences {
            let text = String(decoding: VoiceConfiguration.espeak.input(sentence), as: UTF8.self)
            let answer = try run("/usr/bin/espeak-ng", options + ["-q", "-x", text])
            #expect(answer.code == 0 && !answer.output.contains("("), "\(sentence): \(answer.output)")
            // A syllable for each sign, with its tone as a number.
            let signs = sentence.unicodeScalars.filter { (0x4E00...0x9FFF).contains($0.value) }.count
            let syllables = answer.output.matches(of: /[0-9]{2,3}/).count
            #expect(syllables == signs, "\(sentence): \(answer.output)")
        }
        let text = String(decoding: VoiceConfiguration.espeak.input("番茄"), as: UTF8.self)
        #expect(try run("/usr/bin/espeak-ng", options + ["-q", "-x", text]).output.contains("tS;h'iE35"))
    }

    // MARK: Tones come first

    @Test func `a tone that waits is heard before the sentence, even when it was asked for later`() async throws {
        let point = try Point(player: "echo $name >>$log", engine: "cat >/dev/null; cat $wave")
        point.sounder.play(.saved, isPractice: false)
        point.say("一元")
        point.sounder.play(.refused, isPractice: false)
        try await #require(eventually { !point.ended.isEmpty })
        #expect(point.lines == ["saved", "refused", "stdin"] && point.ended == ["一元 spoken"])
        #expect(point.sounder.counters == counters(played: 2, spoken: 1))
    }

    @Test func `a tone cuts speech off at once, and the sentence begins again, once`() async throws {
        let point = try Point(
            player: "echo $name >>$log; if [ $name = stdin ]; then [ -e $gate ] || sleep 60; fi",
            engine: "cat >/dev/null; cat $wave")
        point.say("一元")
        try await #require(eventually { point.lines == ["stdin"] })
        let took = try await ContinuousClock().measure {
            point.sounder.play(.saved, isPractice: false)
            try await #require(eventually { point.sounder.counters.played == 1 })
        }
        #expect(took < lifeOfAPlayer)
        try await #require(eventually { point.lines == ["stdin", "saved", "stdin"] })
        #expect(point.ended.isEmpty)
        point.sounder.play(.already, isPractice: false)
        try await #require(eventually { !point.ended.isEmpty })
        #expect(point.ended == ["一元 cutOff"])
        try point.openGate()
        point.say("两元")
        try await #require(eventually { point.ended.count == 2 })
        #expect(point.lines == ["stdin", "saved", "stdin", "already", "stdin"] && point.ended.last == "两元 spoken")
        #expect(point.sounder.counters == counters(played: 2, spoken: 1, unspoken: 1))
    }

    @Test func `what to do next is left out while somebody hears what was weighed, and a tone still comes first`()
        async throws
    {
        let point = try Point(
            player: "echo $name >>$log; if [ $name = stdin ]; then [ -e $gate ] || sleep 60; fi",
            engine: "cat >/dev/null; cat $wave")
        point.say("合计两筐")
        try await #require(eventually { point.lines == ["stdin"] })
        point.say("请选品种", isPrompt: true)
        try await #require(eventually { point.ended == ["请选品种 cutOff"] })
        point.sounder.play(.saved, isPractice: false)
        try await #require(eventually { point.lines == ["stdin", "saved", "stdin"] })
        point.say("请选等级", isPrompt: true)
        try point.openGate()
        // Another weighing is more than a prompt.
        point.say("一元")
        try await #require(eventually { point.ended.last == "一元 spoken" })
        point.say("请选品种", isPrompt: true)
        try await #require(eventually { point.ended.last == "请选品种 spoken" })
        #expect(point.ended.prefix(2) == ["请选品种 cutOff", "请选等级 cutOff"])
    }

    @Test func `what to do next is heard when it is said at the end of a sentence`() async throws {
        let point = try Point(player: "true", engine: "cat >/dev/null; cat $wave")
        let (sounder, next) = (point.sounder, Endings())
        sounder.say("一元") { _ in
            sounder.say("请选品种", isPrompt: true) { outcome in next.add("\(outcome)") }
        }
        try await #require(eventually { !next.all.isEmpty })
        #expect(next.all == ["spoken"])
    }

    @Test func `a slow engine does not hold up a tone`() async throws {
        let point = try Point(player: "echo $name >>$log", engine: "echo engine >>$log; sleep 60")
        point.say("一元")
        try await #require(eventually { point.lines == ["engine"] })
        let took = try await ContinuousClock().measure {
            point.sounder.play(.saved, isPractice: false)
            try await #require(eventually { point.sounder.counters.played == 1 })
        }
        #expect(took < lifeOfAPlayer && point.lines.prefix(2) == ["engine", "saved"])
    }

    @Test func `a sentence about a new weighing takes the place of the older one, waiting or begun`() async throws {
        let point = try Point(
            // The gate is looked at before the line is written that this test waits for.
            player: "[ -e $gate ] && open=yes; cat $log.said >>$log; [ $name = stdin ] && [ $open ] || sleep 60",
            engine: "cat >$log.said; cat $wave")
        for sentence in ["一元", "两元", "三元"] { point.say(sentence) }
        try await #require(eventually { point.lines.last == "三元" })
        try point.openGate()
        point.say("四元")
        try await #require(eventually { point.ended.count == 4 })
        #expect(Set(point.ended) == ["一元 cutOff", "两元 cutOff", "三元 cutOff", "四元 spoken"])
        #expect(point.lines.suffix(2) == ["三元", "四元"])
        #expect(point.sounder.counters == counters(spoken: 1, unspoken: 3))
    }

    // MARK: What can be wrong

    @Test func `a missing engine costs the voice alone, is told once, and may come later`() async throws {
        let directory = try TemporaryDirectory()
        let engine = directory.file("engine")
        let log = LogBook()
        let sounder = Sounder(
            player: ["/bin/true"], directory: directory.file("sounds"), voice: VoiceConfiguration(program: [engine]),
            logger: Logger(label: "sound") { _ in log })
        sounder.start()
        try await #require(eventually { sounder.peripheral?.connected == false })
        for _ in 0..<2 { sounder.say("一元") }
        sounder.play(.saved, isPractice: false)
        try await #require(eventually { sounder.counters == counters(played: 1, unspoken: 2) })
        #expect(sounder.problem == nil && sounder.peripheral?.problem == "\(engine): No such file or directory")
        #expect(log.lines.count == 1 && log.lines[0].contains("no voice: \(engine)"))
        try Data(Sound(.attention, isPractice: false).file).write(to: URL(fileURLWithPath: directory.file("wave")))
        try directory.write("#!/bin/sh\ncat \(directory.file("wave"))\n", to: "late")
        try #require(chmod(directory.file("late"), 0o700) == 0 && rename(directory.file("late"), engine) == 0)
        sounder.say("一元")
        try await #require(eventually { sounder.counters.spoken == 1 })
        #expect(sounder.peripheral?.problem == nil && log.lines.count == 2)
        #expect(sounder.peripheral?.counters == ["spoken": 1, "unspoken": 2])
    }

    @Test(arguments: [
        ("exit 3", "the voice ended with code 3"), ("true", "the voice: it gave 0 bytes that are no WAV file"),
        ("echo hello", "the voice: it gave 6 bytes that are no WAV file"),
        ("head -c 44 $wave; head -c 9000 /dev/zero", "the voice: it gave silence"),
        ("kill -9 $$", "the voice was ended by signal 9"),
    ])
    func `an engine that fails is named, and the next tone is heard`(engine: String, problem: String) async throws {
        let point = try Point(player: "echo $name >>$log", engine: engine)
        point.say("一元")
        try await #require(eventually { !point.ended.isEmpty })
        #expect(point.sounder.peripheral?.problem == problem)
        point.sounder.play(.saved, isPractice: false)
        try await #require(eventually { point.lines == ["saved"] })
        #expect(point.sounder.problem == nil)
    }

    @Test func `an engine without end gets no more memory than a sentence takes`() async throws {
        let point = try Point(player: "wc -c <\"$1\" >>$log", engine: "cat $wave; exec cat /dev/urandom 2>$log.err")
        point.say("一元")
        try await #require(eventually { !point.ended.isEmpty })
        #expect(point.ended == ["一元 notSpoken(\"the voice ended with code 1\")"])
        #expect(point.lines.isEmpty)
    }

    @Test func `an engine that hangs is killed with all it started`() async throws {
        let point = try Point(
            player: "echo $name >>$log", engine: "sleep 60 & echo $! >$log.id; wait", patience: 300)
        point.say("一元")
        try await #require(eventually { !point.ended.isEmpty })
        #expect(point.ended.first?.contains("did not end within 600 ms and was killed") == true)
        let id = try String(contentsOfFile: point.directory.file("log.id"), encoding: .utf8)
        let line = "/proc/\(id.trimmingCharacters(in: .whitespacesAndNewlines))/cmdline"
        try await #expect(
            eventually(within: .seconds(5)) { (try? Data(contentsOf: URL(fileURLWithPath: line)))?.isEmpty != false })
    }

    @Test func `a sentence reaches the engine as text and nothing else, one line of bounded length`() async throws {
        let point = try Point(player: "true", engine: "echo $# >>$log; cat >>$log; cat $wave")
        let hostile = "$(touch \(point.directory.file("owned")));`id`\n--help\u{0}\u{1B}"
        point.say(hostile + String(repeating: "长", count: 100_000))
        try await #require(eventually { !point.ended.isEmpty })
        #expect(point.lines.count == 2 && point.lines[0] == "0")
        #expect(point.lines[1].hasPrefix("$(touch ") && point.lines[1].contains(";`id`--help长"))
        #expect(point.lines[1].unicodeScalars.count <= 120)
        #expect(!FileManager.default.fileExists(atPath: point.directory.file("owned")))
    }

    @Test func `stop ends speech and every sentence is told its end`() async throws {
        let point = try Point(player: "echo $name >>$log; sleep 60", engine: "cat $wave")
        point.say("一元")
        try await #require(eventually { point.lines == ["stdin"] })
        let took = ContinuousClock().measure { #expect(point.sounder.stop()) }
        #expect(took < lifeOfAPlayer && point.ended == ["一元 cutOff"])
        point.say("两元")
        #expect(point.ended == ["一元 cutOff", "两元 cutOff"])
    }

    @Test func `a point without a voice says so`() async throws {
        let directory = try TemporaryDirectory()
        let sounder = Sounder(
            player: ["/bin/true"], directory: directory.file("sounds"),
            logger: Logger(label: "sound") { _ in LogBook() })
        sounder.start()
        let endings = Endings()
        sounder.say("一元") { endings.add("\($0)") }
        try await #require(eventually { !endings.all.isEmpty })
        #expect(endings.all == ["notSpoken(\"this point has no voice; see sound.voice\")"])
        #expect(sounder.peripheral == nil)
    }
}

private func counters(played: Int = 0, spoken: Int = 0, unspoken: Int = 0) -> Sounder.Counters {
    var counters = Sounder.Counters()
    (counters.played, counters.spoken, counters.unspoken) = (played, spoken, unspoken)
    return counters
}
