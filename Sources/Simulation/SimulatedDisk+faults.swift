import Domain

/// What a power cut leaves, an old copy that somebody puts back, and a bit that turns by itself.
extension SimulatedDisk {
    /// A sector is written or not; never half of one.
    static let sector = 512

    /// Leaves of everything that no synchronisation covers what chance wants. The process must be dead.
    func losePower(using generator: inout SeededGenerator) {
        settleNames(Int.random(in: 0...pendingNames.count, using: &generator))
        names = durableNames
        pendingNames = []
        // Most cuts do one thing to all files, so that each of these is seen often.
        let manner = Int.random(in: 0..<4, using: &generator)
        for (_, inode) in names.sorted(by: { $0.key < $1.key }) where !inode.pending.isEmpty {
            switch manner {
            case 0: break
            case 1: inode.completeWrites()
            case 2: inode.keepFirst(using: &generator)
            default: inode.keepSome(using: &generator)
            }
            inode.pending = []
        }
        // Also what a failed synchronisation left in memory alone.
        for inode in names.values { inode.current = inode.durable }
    }

    /// A copy of everything, as it would be on another card.
    struct Image {
        fileprivate var files: [(path: String, isDirectory: Bool, content: [UInt8])]
    }

    var image: Image {
        Image(
            files: names.sorted { $0.key < $1.key }.map { path, inode in
                (path, inode.isDirectory, inode.current)
            })
    }

    /// Puts an image in place of everything. The process must be dead.
    func put(_ image: Image) {
        names = [:]
        for file in image.files {
            let inode = Inode(isDirectory: file.isDirectory)
            (inode.current, inode.durable) = (file.content, file.content)
            names[file.path] = inode
        }
        durableNames = names
        pendingNames = []
    }

    /// Turns one bit of one file, on the disk and for whoever reads it.
    /// - Returns: where, in words; `nil` when there is nothing to turn.
    func turnBit(of suffixes: [String], using generator: inout SeededGenerator) -> String? {
        let files = names.filter { path, inode in
            !inode.current.isEmpty && suffixes.contains { path.hasSuffix($0) }
        }.sorted { $0.key < $1.key }
        guard let (path, inode) = files.randomElement(using: &generator) else { return nil }
        let place = Int.random(in: 0..<inode.current.count * 8, using: &generator)
        inode.completeWrites()
        inode.durable = inode.current
        inode.current[place / 8] ^= 1 << UInt8(place % 8)
        inode.durable[place / 8] ^= 1 << UInt8(place % 8)
        return "bit \(place) of \(path.dropFirst(root.count))"
    }
}

extension SimulatedDisk.Inode {
    /// The first changes, and of the next one the first sectors.
    fileprivate func keepFirst(using generator: inout SeededGenerator) {
        let kept = Int.random(in: 0..<pending.count, using: &generator)
        for change in pending[..<kept] { apply(change) { _ in true } }
        let sectors = Int.random(in: 0...8, using: &generator)
        apply(pending[kept]) { $0 < sectors }
    }

    /// Every sector by its own luck.
    fileprivate func keepSome(using generator: inout SeededGenerator) {
        let luck = Int.random(in: 1...9, using: &generator)
        for change in pending { apply(change) { _ in Int.random(in: 0..<10, using: &generator) < luck } }
    }

    private func apply(_ change: Change, keeps: (Int) -> Bool) {
        switch change {
        case .truncate(let size): if keeps(0) { Self.cut(&durable, to: size) }
        case .write(let offset, let bytes):
            // Sectors of the disk, not of the write.
            var (at, number) = (0, 0)
            while at < bytes.count {
                let end = min(
                    (offset + at) / SimulatedDisk.sector * SimulatedDisk.sector + SimulatedDisk.sector - offset,
                    bytes.count)
                if keeps(number) { Self.put(Array(bytes[at..<end]), at: offset + at, into: &durable) }
                at = end
                number += 1
            }
        }
    }
}
