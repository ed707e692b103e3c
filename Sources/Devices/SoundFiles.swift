import Board
import Glibc
import Sounds

/// The sounds as files for the player. They can be made again at any time, so nothing here is synced: one that a power cut
/// spoilt is noticed and replaced at the next start.
struct SoundFiles {
    let directory: String

    func path(of sound: Sound) -> String { "\(directory)/\(sound.name).wav" }

    /// Makes the directory, and each file that is not as it should be; the others are left alone, to spare the card.
    func lay() throws(DeviceError) {
        if unsafe mkdir(directory, 0o750) != 0, errno != EEXIST {
            throw DeviceError(call: "making \(directory)", code: errno)
        }
        for sound in Sound.all { try lay(sound) }
    }

    private func lay(_ sound: Sound) throws(DeviceError) {
        let (path, bytes) = (path(of: sound), sound.file)
        if BoundedFileReader.read(path, limit: bytes.count + 1) == bytes { return }
        // Whole or not at all: a player may be reading the old one, which lives on until it closes it.
        let draft = path + ".new"
        let file = Descriptor(
            owning: try checked(
                unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o640), "making \(draft)"))
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(file.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = count < 0 ? errno : ENOSPC
                unsafe unlink(draft)
                throw DeviceError(call: "writing \(draft)", code: code)
            }
            rest = rest.dropFirst(count)
        }
        _ = try checked(unsafe rename(draft, path), "replacing \(path)")
    }
}
