import Domain
import Foundation
import Logging
import Sounds
import TestSupport
import Testing

@testable import Devices

@Suite struct SounderTests {
    /// A point with a player of the test's own: a shell script that is given the WAV file as its first argument.
    private final class Point {
        let directory: TemporaryDirectory
        let sounder: Sounder
        let log = LogBook()

        /// - Parameter script: `$log` is the file that `lines` reads.
        init(
            _ script: String, patience: Milliseconds = 20_000, environment: [String: String] = ["PATH": "/usr/bin:/bin"]
        ) throws {
            directory = try TemporaryDirectory()
            let player = try directory.write(
                "log=\(directory.file("log"))\ngate=\(directory.file("gate"))\nname=$(basename \"$1\" .wav)\n\(script)\n",
                to: "player")
            sounder = Sounder(
                player: ["/bin/sh", player], directory: directory.file("sounds"), patience: patience,
                environment: environment, logger: Logger(label: "sound") { [log] _ in log })
        }

        deinit { sounder.stop() }

        var lines: [String] {
            let text = (try? String(contentsOfFile: directory.file("log"), encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
        }

        func openGate() throws { try directory.write("", to: "gate") }

        var warnings: [String] { log.lines.filter { $0.hasPrefix("warning") } }

        func play(_ tones: [Tone], isPractice: Bool = false) {
            for tone in tones { sounder.play(tone, isPractice: isPractice) }
        }
    }

    /// A process that still does something; one that only waits to be taken away has no command line any more.
    private func isAlive(_ id: String) -> Bool {
        let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(id)/cmdline"))
        return line?.isEmpty == false
    }

    @Test func `tones are played one at a time and in order`() async throws {
        let point = try Point("echo start $name >>$log; sleep 0.05; echo end $name >>$log")
        point.sounder.start()
        point.play([.saved, .refused])
        point.play([.saved, .attention], isPractice: true)
        point.play([.already])
        try await #require(eventually { point.sounder.counters.played == 5 })
        let order = ["saved", "refused", "saved-practice", "attention-practice", "already"]
        #expect(point.lines == order.flatMap { ["start \($0)", "end \($0)"] })
        #expect(point.sounder.counters == Sounder.Counters(played: 5, dropped: 0, failed: 0))
        #expect(point.sounder.problem == nil && point.log.lines.isEmpty)
    }

    @Test func `the player is given a whole file`() async throws {
        let point = try Point("cat \"$1\" >$log.wav")
        point.sounder.start()
        point.play([.saved])
        try await #require(eventually { point.sounder.counters.played == 1 })
        let heard = try Data(contentsOf: URL(fileURLWithPath: point.directory.file("log.wav")))
        #expect(Array(heard) == Sound(.saved, isPractice: false).file)
    }

    @Test func `a player that hangs is killed and the next sound is heard`() async throws {
        let point = try Point(
            "echo $name >>$log; if [ $name = refused ]; then sleep 60 & echo $$ $! >$log.ids; wait; fi", patience: 1000)
        point.sounder.start()
        point.play([.refused, .saved])
        try await #require(eventually { point.sounder.counters.played == 1 })
        #expect(point.lines == ["refused", "saved"])
        #expect(point.sounder.counters.failed == 1)
        #expect(point.warnings.count == 1)
        #expect(point.warnings.first?.contains("did not end within 1000 ms and was killed") == true)
        // What the player had started went with it.
        let ids = try String(contentsOfFile: point.directory.file("log.ids"), encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(ids.count == 2)
        for id in ids { try await #expect(eventually(within: .seconds(5)) { !isAlive(id) }, "\(id)") }
    }

    @Test func `a player that is not there costs nothing but its sound, and is told once`() async throws {
        let directory = try TemporaryDirectory()
        let log = LogBook()
        let sounder = Sounder(
            player: [directory.file("no-such-player"), "-q"], directory: directory.file("sounds"),
            logger: Logger(label: "sound") { _ in log })
        sounder.start()
        for _ in 0..<3 { sounder.play(.saved, isPractice: false) }
        try await #require(eventually { sounder.counters.failed == 3 })
        #expect(sounder.counters == Sounder.Counters(played: 0, dropped: 0, failed: 3))
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("no-such-player: No such file or directory") == true)
        #expect(sounder.problem != nil)
        // It may come later.
        try directory.write("#!/bin/sh\nexit 0\n", to: "late")
        try #require(chmod(directory.file("late"), 0o700) == 0)
        try #require(rename(directory.file("late"), directory.file("no-such-player")) == 0)
        sounder.play(.saved, isPractice: false)
        try await #require(eventually { sounder.counters.played == 1 })
        // It is counted first, and told then.
        try await #require(eventually { sounder.problem == nil && log.lines.count == 2 })
        #expect(sounder.stop())
    }

    @Test func `a player that complains is counted and told once`() async throws {
        let point = try Point("exit 3")
        point.sounder.start()
        point.play([.saved, .saved, .refused])
        try await #require(eventually { point.sounder.counters.failed == 3 })
        #expect(point.warnings.count == 1)
        #expect(point.warnings.first?.contains("ended with code 3") == true)
    }

    @Test func `a thousand tones at once stay bounded and hold nobody up`() async throws {
        let point = try Point("while ! [ -e $gate ]; do sleep 0.01; done; echo $name >>$log")
        point.sounder.start()
        // None waits for a sound: the first cannot end before the gate is opened.
        for _ in 0..<1000 { point.play([.saved]) }
        #expect(point.sounder.counters.dropped >= 1000 - SoundQueue.capacity - 1)
        #expect(point.lines.isEmpty)
        try point.openGate()
        try await #require(
            eventually { point.sounder.counters.played + point.sounder.counters.dropped == 1000 })
        #expect(point.sounder.counters.played <= SoundQueue.capacity + 1)
        #expect(point.lines.count == point.sounder.counters.played)
    }

    @Test func `stop leaves no child`() async throws {
        let point = try Point("sleep 60 & echo $$ $! >>$log; wait")
        point.sounder.start()
        point.play([.saved, .already, .refused])
        try await #require(eventually { point.lines.first?.split(separator: " ").count == 2 })
        let ids = try #require(point.lines.first).split(separator: " ").map(String.init)
        var stopped = false
        let took = ContinuousClock().measure { stopped = point.sounder.stop() }
        #expect(stopped)
        #expect(took < lifeOfAPlayer)
        // The player itself was taken away by its own id: the kernel knows of no such child.
        var status: Int32 = 0
        #expect(waitpid(try #require(pid_t(ids[0])), &status, WNOHANG) == -1 && errno == ECHILD)
        for id in ids { try await #expect(eventually(within: .seconds(5)) { !isAlive(id) }, "\(id)") }
        // Neither the one that was cut off nor those that waited were heard, nor is one asked for now.
        point.play([.saved])
        point.sounder.start()
        #expect(point.sounder.counters == Sounder.Counters(played: 0, dropped: 4, failed: 0))
        #expect(point.lines.count == 1)
    }

    @Test func `the player gets no descriptor and no variable of ours`() async throws {
        let open = fcntl(0, F_DUPFD, 200)
        try #require(open >= 200)
        defer { close(open) }
        let point = try Point(
            "ls /proc/$$/fd | sort -n | tr '\\n' ' ' >>$log; echo >>$log; readlink /proc/$$/fd/2 >>$log; "
                + "env | sort >>$log",
            environment: [
                "PATH": "/usr/bin:/bin", "ALSA_CARD": "1", "NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "1",
                "KIOSK_BROKER_HOST": "x",
            ])
        point.sounder.start()
        point.play([.saved])
        try await #require(eventually { point.sounder.counters.played == 1 })
        let lines = point.lines
        // The shell keeps its script open, at ten or so, and at times a pipe of its own.
        let numbers = try #require(lines.first).split(separator: " ").compactMap { Int($0) }
        #expect(numbers.starts(with: [0, 1, 2]) && numbers.allSatisfy { $0 < 100 }, "\(numbers)")
        #expect(lines.contains("/dev/null"))
        #expect(lines.contains("ALSA_CARD=1"))
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "KIOSK_BROKER_HOST"] {
            #expect(!lines.contains { $0.hasPrefix(name) }, "\(name)")
        }
    }

    /// Its thread blocks all signals, and a player that was told to end would go on.
    @Test func `the player can be told to end`() async throws {
        let directory = try TemporaryDirectory()
        // A shell would clear its own mask. This copies what the kernel knows of the player over the WAV file.
        let sounder = Sounder(
            player: ["/bin/cp", "/proc/self/status"], directory: directory.file("sounds"),
            logger: Logger(label: "sound") { _ in LogBook() })
        sounder.start()
        sounder.play(.saved, isPractice: false)
        try await #require(eventually { sounder.counters.played == 1 })
        let status = try String(contentsOfFile: directory.file("sounds/saved.wav"), encoding: .utf8)
        func signals(_ name: String) throws -> UInt64 {
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name + ":") })
            return try #require(UInt64(line.dropFirst(name.count + 1).filter { !$0.isWhitespace }, radix: 16))
        }
        #expect(try signals("SigBlk") == 0)
        // Above the 31 signals of old, the C library ignores two of its own.
        #expect(try signals("SigIgn") & 0x7FFF_FFFF == 0)
    }

    // MARK: Files

    @Test func `files that are right are left alone, and others are replaced`() throws {
        let directory = try TemporaryDirectory()
        let files = SoundFiles(directory: directory.file("sounds"))
        func state(_ sound: Sound) throws -> (inode: UInt64, bytes: [UInt8]) {
            let attributes = try FileManager.default.attributesOfItem(atPath: files.path(of: sound))
            let bytes = try Data(contentsOf: URL(fileURLWithPath: files.path(of: sound)))
            return (try #require(attributes[.systemFileNumber] as? NSNumber).uint64Value, Array(bytes))
        }
        try files.lay()
        for sound in Sound.all { #expect(try state(sound).bytes == sound.file) }
        let (good, spoilt) = (Sound(.saved, isPractice: false), Sound(.refused, isPractice: false))
        let before = try state(good).inode
        // As a power cut leaves it.
        try Data().write(to: URL(fileURLWithPath: files.path(of: spoilt)))
        try files.lay()
        #expect(try state(good).inode == before)
        #expect(try state(spoilt).bytes == spoilt.file)
        let names = try FileManager.default.contentsOfDirectory(atPath: files.directory)
        #expect(Set(names) == Set(Sound.all.map { "\($0.name).wav" }))
    }

    @Test func `a directory that cannot be made is told once and costs only the sound`() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("in the way", to: "sounds")
        let log = LogBook()
        let sounder = Sounder(
            player: ["/bin/true"], directory: directory.file("sounds"), logger: Logger(label: "sound") { _ in log })
        sounder.start()
        for _ in 0..<3 { sounder.play(.saved, isPractice: false) }
        try await #require(eventually { sounder.counters.failed == 3 })
        #expect(log.lines.count == 1)
    }

    @Test func `files that went away are laid again`() async throws {
        let point = try Point("cmp -s \"$1\" \"$1\" && echo $name >>$log")
        point.sounder.start()
        point.play([.saved])
        try await #require(eventually { point.sounder.counters.played == 1 })
        try FileManager.default.removeItem(atPath: point.directory.file("sounds"))
        point.play([.already])
        try await #require(eventually { point.sounder.counters.played == 2 })
        #expect(point.lines == ["saved", "already"])
    }
}
