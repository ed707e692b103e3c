import Board
package import Domain
import Glibc
package import Wire

/// The documents that the center holds for its kiosks: one file each, `<kiosk>.<kind>.json` or `<county>.<kind>.json`, in
/// canonical JSON of exactly what was checked. `kiosk-center send` writes them, the running center reads them; a rename is all that passes between
/// the two.
package struct Documents {
    let directory: String

    /// - Parameter directory: is made with the first document.
    package init(directory: String) { self.directory = directory }

    /// To whom a document goes.
    package enum Addressee: Hashable, CustomStringConvertible {
        case kiosk(KioskID)
        /// All the kiosks of that county together.
        case county(County)

        package var description: String {
            switch self {
            case .kiosk(let kiosk): kiosk.text
            case .county(let county): county.text
            }
        }
    }

    /// Whose document, and which.
    package struct Address: Hashable, Comparable, CustomStringConvertible {
        package let addressee: Addressee
        package let kind: Document.Kind

        var file: String { "\(addressee).\(kind.rawValue).json" }
        package var description: String { file }

        /// Where it is published.
        var topic: String {
            switch addressee {
            case .kiosk(let kiosk): kind.topic(kiosk)
            case .county(let county): Topics.catalog(county)
            }
        }

        package static func < (left: Address, right: Address) -> Bool { left.file < right.file }

        /// That kiosk's own, or the one that it shares with its county.
        package init(_ kiosk: KioskID, _ kind: Document.Kind) {
            addressee = kind.isForCounty ? .county(County(of: kiosk)) : .kiosk(kiosk)
            self.kind = kind
        }

        /// `nil` for a kind that is not sent to such a one.
        package init?(_ addressee: Addressee, _ kind: Document.Kind) {
            switch addressee {
            case .kiosk: guard !kind.isForCounty else { return nil }
            case .county: guard kind.isForCounty else { return nil }
            }
            self.addressee = addressee
            self.kind = kind
        }

        /// `nil` for a file that is none of ours.
        init?(file: String) {
            let parts = file.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2] == "json", let kind = Document.Kind(rawValue: String(parts[1])) else {
                return nil
            }
            let name = String(parts[0])
            guard let addressee = KioskID(name).map(Addressee.kiosk) ?? County(name).map(Addressee.county) else {
                return nil
            }
            self.init(addressee, kind)
        }

        /// Whether that kiosk hears of it.
        package func reaches(_ kiosk: KioskID) -> Bool { self == Address(kiosk, kind) }
    }

    /// Tells one state of a file from another.
    struct Stamp: Hashable {
        var modified: Timestamp
        var nanoseconds: Int
        var size: Int
        var inode: UInt

        init(_ state: stat) {
            nanoseconds = state.st_mtim.tv_nsec
            modified = Timestamp(
                milliseconds: Int64(state.st_mtim.tv_sec) * 1000 + Int64(state.st_mtim.tv_nsec) / 1_000_000)
            size = Int(state.st_size)
            inode = UInt(state.st_ino)
        }
    }

    package struct Held {
        package var document: Document
        package var written: Timestamp
    }

    func path(_ place: Address) -> String { directory + "/" + place.file }

    /// `nil` when there is none.
    /// - Throws: when what is there cannot be read, or is not what `write` wrote.
    package func read(_ place: Address) throws(CenterError) -> Held? {
        var state = stat()
        guard unsafe stat(path(place), &state) == 0 else {
            guard errno == ENOENT else { throw CenterError("\(path(place)): \(Self.systemWords)") }
            return nil
        }
        guard
            let bytes = BoundedFileReader.read(
                path(place), limit: min(Int(state.st_size), BodyEncoding.mostOfDocument) + 1)
        else {
            throw CenterError("\(path(place)): \(Self.systemWords)")
        }
        do {
            return Held(document: try Document(place.kind, parsing: bytes), written: Stamp(state).modified)
        } catch {
            throw CenterError("\(path(place)) is damaged: \(error)")
        }
    }

    /// Every place that is there, in order.
    package func places() throws(CenterError) -> [Address] {
        guard let walk = DirectoryWalk(directory) else {
            guard errno == ENOENT else { throw CenterError("\(directory): \(Self.systemWords)") }
            return []
        }
        var places: [Address] = []
        while let entry = walk.next() { if let place = Address(file: entry.name) { places.append(place) } }
        return places.sorted()
    }

    // MARK: Writing

    package enum WriteResult: Hashable {
        case written
        /// The very same document is there already.
        case known
        /// What was there could not be read, for this reason, and has been replaced.
        case replaced(damaged: String)
    }

    /// Puts a document in its place, whole or not at all, also when the power fails.
    /// - Throws: when it is not newer than the one there, and when the system refuses.
    package func write(_ document: Document, for addressee: Addressee) throws -> WriteResult {
        guard let place = Address(addressee, document.kind) else {
            throw CenterError("\(addressee) is sent no \(document.kind.rawValue)")
        }
        guard Self.makeDirectory(directory) else { throw CenterError("\(directory): \(Self.systemWords)") }
        let home = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard home >= 0 else { throw CenterError("\(directory): \(Self.systemWords)") }
        defer { close(home) }
        let sent = SentDocuments(self)
        guard Self.makeDirectory(sent.directory) else { throw CenterError("\(sent.directory): \(Self.systemWords)") }
        let history = unsafe openat(home, "history", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard history >= 0 else { throw CenterError("\(sent.directory): \(Self.systemWords)") }
        defer { close(history) }
        // Two senders at once: the second must see what the first wrote. The kernel lets go when the program ends.
        guard flock(home, LOCK_EX) == 0 else { throw CenterError("\(directory): \(Self.systemWords)") }
        var outcome = WriteResult.written
        do {
            if let held = try read(place) {
                if held.document == document { return .known }
                guard document.version > held.document.version else {
                    throw NotNewer(version: document.version, held: held)
                }
            }
        } catch let error as CenterError {
            outcome = .replaced(damaged: error.description)
        }
        // First what will be compared with: a kiosk must not be sent what nobody remembers. What is held from before such a
        // history was kept begins it.
        if let held = (try? read(place)) ?? nil, let note = sent.note(of: held.document, for: addressee),
            sent.isMissing(note.file, of: addressee)
        {
            try write(note.bytes, to: note.file, in: history)
        }
        if let note = sent.note(of: document, for: addressee) { try write(note.bytes, to: note.file, in: history) }
        try write(document.json.canonical, to: place.file, in: home)
        return outcome
    }

    /// The version there is as new or newer, and another.
    package struct NotNewer: Error, CustomStringConvertible {
        var version: Int64
        var held: Held

        package var description: String {
            let word = version == held.document.version ? "is held already with another content" : "is not newer"
            return "version \(version) \(word): version \(held.document.version) was written at \(held.written); "
                + "give the document a higher version"
        }
    }

    private func write(_ bytes: [UInt8], to name: String, in home: Int32) throws(CenterError) {
        // Begins with a dot: the running center looks at no such file. Nobody can know the name before, and lay something there.
        let draft = ".\(name).\(String(UInt64.random(in: .min ... .max), radix: 16))"
        func check(_ result: Int32) throws(CenterError) {
            guard result != 0 else { return }
            let words = Self.systemWords
            unsafe unlinkat(home, draft, 0)
            throw CenterError("\(directory)/\(name) cannot be written: \(words)")
        }
        let file = unsafe openat(home, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
        try check(file < 0 ? -1 : 0)
        defer { close(file) }
        var state = stat()
        // Written by root, the file must still be readable by the center's own user, to whom the directory belongs.
        if geteuid() == 0, unsafe fstat(home, &state) == 0 { try check(fchown(file, state.st_uid, state.st_gid)) }
        if let code = writeAll(bytes, to: file) {
            errno = code
            try check(-1)
        }
        try check(fsync(file))
        try check(unsafe renameat(home, draft, home, name))
        try check(fsync(home))
    }

    /// Makes the directory and its parents; what root makes belongs to whom the place it lies in belongs.
    package static func makeDirectory(_ path: String) -> Bool {
        if unsafe mkdir(path, 0o750) == 0 { return handOver(path) }
        if errno == EEXIST { return true }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex,
            makeDirectory(String(path[..<slash])), unsafe mkdir(path, 0o750) == 0
        else { return false }
        return handOver(path)
    }

    private static func handOver(_ path: String) -> Bool {
        var state = stat()
        let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard geteuid() == 0, unsafe stat(parent, &state) == 0 else { return true }
        // Of the directory that was made, not of what a link in its place leads to.
        let made = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard made >= 0 else { return false }
        defer { close(made) }
        return fchown(made, state.st_uid, state.st_gid) == 0
    }

    package static var systemWords: String { message(of: errno) }
}

/// Reads a directory entry by entry, so that a large one can be read in parts.
@safe final class DirectoryWalk {
    private let handle: OpaquePointer

    /// `nil`, with `errno` set, when the directory cannot be opened.
    init?(_ path: String) {
        guard let handle = unsafe opendir(path) else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe closedir(handle) }

    /// The next regular file whose name does not begin with a dot; `nil` at the end.
    func next() -> (name: String, stamp: Documents.Stamp)? {
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            var state = stat()
            guard !name.hasPrefix("."), unsafe fstatat(dirfd(handle), name, &state, 0) == 0,
                state.st_mode & S_IFMT == S_IFREG
            else { continue }
            return (name, Documents.Stamp(state))
        }
        return nil
    }
}
