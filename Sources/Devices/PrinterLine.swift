import CDevices
import Glibc
import Receipts

/// A printer opened for one job. Belongs to the printer's thread.
struct PrinterLine: ~Copyable {
    private let device: Descriptor
    private let isSerial: Bool
    /// A FIFO has nobody who could answer.
    private let canAnswer: Bool
    /// Becomes readable when the printer's owner wants to end.
    private let stop: Int32

    /// A serial line, a USB printer (`/dev/usb/lp0`), or a FIFO. Never a regular file: a wrong setting must not write
    /// into the journal.
    init(_ configuration: PrinterConfiguration, stop: Int32) throws(DeviceProblem) {
        let path = configuration.path
        let type = try Self.type(of: path)
        guard type == S_IFIFO || type == S_IFCHR else { throw .noDevice }
        var serial: Int32 = -1
        if type == S_IFCHR {
            serial = unsafe kiosk_serial_open(
                path, Int32(clamping: configuration.baud), 8, CChar(UInt8(ascii: "N")))
            if serial < 0, errno != ENOTTY { throw DeviceProblem(errno) }
        }
        // A FIFO without a reader is not there: ENXIO.
        let opened =
            serial >= 0
            ? Descriptor(owning: serial) : try Self.open(path, type == S_IFIFO ? O_WRONLY : O_RDWR)
        device = opened
        (isSerial, canAnswer) = (serial >= 0, type == S_IFCHR)
        self.stop = stop
    }

    private static func type(of path: String) throws(DeviceProblem) -> mode_t {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw DeviceProblem(errno) }
        return status.st_mode & S_IFMT
    }

    private static func open(_ path: String, _ access: Int32) throws(DeviceProblem) -> Descriptor {
        let number = unsafe Glibc.open(path, access | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { throw DeviceProblem(errno) }
        return Descriptor(owning: number)
    }

    // MARK: Writing

    /// Hands over all of it, and waits until the line has taken it out of this machine.
    /// - Parameter patience: how long the printer may take nothing at all.
    borrowing func write(_ bytes: [UInt8], patience: Milliseconds) throws(DeviceProblem) {
        var sent = 0
        while sent < bytes.count {
            try wait(for: POLLOUT, patience: patience)
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(device.number, buffer.baseAddress.map { unsafe $0 + sent }, buffer.count - sent)
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno != EAGAIN, errno != EINTR {
                throw DeviceProblem(errno)
            }
        }
        // A USB printer's driver drops what is still under way when it is closed.
        try wait(for: POLLOUT, patience: patience)
        try drain(patience: patience)
    }

    /// A serial line keeps up to 4 KiB for later: seconds at 9600 baud.
    private borrowing func drain(patience: Milliseconds) throws(DeviceProblem) {
        guard isSerial else { return }
        var before = Int32.max
        var deadline = kiosk_clock_boottime_ms() + patience
        while true {
            var waiting: Int32 = 0
            guard unsafe ioctl(device.number, UInt(TIOCOUTQ), &waiting) == 0, waiting > 0 else { return }
            let now = kiosk_clock_boottime_ms()
            if waiting < before { (before, deadline) = (waiting, now + patience) }
            guard now < deadline else { throw .takesNothing }
            guard !isStopped(within: 20) else { throw .stopping }
        }
    }

    /// Forgets what was not sent, so that half a slip does not come out when the printer is switched on again, and so
    /// that closing does not wait for it.
    borrowing func forget() {
        if isSerial { tcflush(device.number, TCOFLUSH) }
    }

    private borrowing func wait(for event: Int32, patience: Milliseconds) throws(DeviceProblem) {
        guard let ready = poll(event, until: kiosk_clock_boottime_ms() + patience) else {
            throw isStopped(within: 0) ? .stopping : .takesNothing
        }
        if ready & (POLLERR | POLLHUP | POLLNVAL) != 0 { throw DeviceProblem(ENODEV) }
    }

    /// What the device is ready for; `nil` when the time is up.
    private borrowing func poll(_ event: Int32, until deadline: Milliseconds) -> Int32? {
        while !isStopped(within: 0) {
            let left = max(0, deadline - kiosk_clock_boottime_ms())
            var both = [
                pollfd(fd: device.number, events: Int16(event), revents: 0),
                pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
            ]
            let count = unsafe Glibc.poll(&both, 2, Int32(clamping: left))
            if count > 0, both[0].revents != 0 { return Int32(both[0].revents) }
            if count == 0 { return nil }
        }
        return nil
    }

    private borrowing func isStopped(within milliseconds: Int32) -> Bool {
        var one = pollfd(fd: stop, events: Int16(POLLIN), revents: 0)
        return unsafe Glibc.poll(&one, 1, milliseconds) > 0
    }

    // MARK: Asking

    /// What the printer says of itself. One that does not answer the first question is not asked the others.
    borrowing func status(_ pace: Printer.Timeouts) throws(DeviceProblem) -> EscPosStatus {
        var status = EscPosStatus()
        guard canAnswer else { return status }
        for question in EscPosStatus.Question.allCases {
            let answer: UInt8? = try ask(question.bytes, pace.blocked, within: pace.answer) {
                EscPosStatus.isAnswer($0) ? $0 : nil
            }
            guard let answer else { return status }
            status.note(answer, to: question)
        }
        return status
    }

    /// Whether the paper lasted to the end of what was sent; `nil` when the printer does not say.
    borrowing func hasPrinted(_ pace: Printer.Timeouts) throws(DeviceProblem) -> Bool? {
        try ask(EscPosStatus.question, pace.blocked, within: pace.printing, EscPosStatus.hasPaper)
    }

    private borrowing func ask<Answer>(
        _ question: [UInt8], _ patience: Milliseconds, within limit: Milliseconds, _ meaning: (UInt8) -> Answer?
    ) throws(DeviceProblem) -> Answer? {
        var buffer = [UInt8](repeating: 0, count: 64)
        // An answer that came too late belongs to an earlier question.
        for _ in 0..<16 { guard case .bytes = device.read(into: &buffer) else { break } }
        try write(question, patience: patience)
        let deadline = kiosk_clock_boottime_ms() + limit
        while let ready = poll(POLLIN, until: deadline) {
            switch device.read(into: &buffer) {
            case .bytes(let count):
                for byte in buffer[..<count] {
                    if let answer = meaning(byte) { return answer }
                }
            case .nothing:
                // Ready, and nothing to read: not bidirectional, or gone.
                if ready & (POLLERR | POLLHUP) != 0 { throw DeviceProblem(ENODEV) }
                if isStopped(within: 10) { return nil }
            case .gone(let code):
                // A USB printer that cannot be read says so only here.
                if code == EINVAL { return nil }
                throw DeviceProblem(code)
            }
        }
        return nil
    }
}

extension DeviceProblem {
    static let takesNothing = DeviceProblem("offline: it takes no data")
    static let stopping = DeviceProblem("kioskd stops")
}
