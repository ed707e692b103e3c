import Board
import CDevices
import Glibc

/// How a path is opened.
enum Wiring {
    case serial(baud: Int, ScaleConfiguration.Line)
    case keyboard
}

/// A device opened for this process alone, and set up.
struct OpenDevice: ~Copyable {
    let descriptor: Descriptor
    /// What the device calls itself.
    let model: String?
    /// Set for a FIFO: nothing but its directory tells when it was unplugged.
    private let fifo: FileIdentity?

    var isFIFO: Bool { fifo != nil }

    /// The path leads to another file by now, or to none.
    func hasLeft(_ path: String) -> Bool {
        guard let fifo else { return false }
        return fifo != FileIdentity(path)
    }

    init(_ wiring: Wiring, at path: String) throws(DeviceProblem) {
        switch wiring {
        case .serial(let baud, let line): try self.init(serial: path, baud: baud, line)
        case .keyboard: try self.init(keyboard: path)
        }
    }

    private init(serial path: String, baud: Int, _ line: ScaleConfiguration.Line) throws(DeviceProblem) {
        let number =
            switch line {
            case .eightNone: unsafe kiosk_serial_open(path, Int32(clamping: baud), 8, CChar(UInt8(ascii: "N")))
            case .eightEven: unsafe kiosk_serial_open(path, Int32(clamping: baud), 8, CChar(UInt8(ascii: "E")))
            case .eightOdd: unsafe kiosk_serial_open(path, Int32(clamping: baud), 8, CChar(UInt8(ascii: "O")))
            case .sevenEven: unsafe kiosk_serial_open(path, Int32(clamping: baud), 7, CChar(UInt8(ascii: "E")))
            case .sevenOdd: unsafe kiosk_serial_open(path, Int32(clamping: baud), 7, CChar(UInt8(ascii: "O")))
            }
        guard number >= 0 else { throw errno == ENOTTY ? .noSerialLine : DeviceProblem(errno) }
        descriptor = Descriptor(owning: number)
        model = nil
        fifo = nil
    }

    /// The type is asked before opening: to open a wrong file may do something, or wait for ever.
    private init(keyboard path: String) throws(DeviceProblem) {
        guard let file = FileIdentity(path) else { throw DeviceProblem(errno) }
        guard file.type == S_IFCHR || file.type == S_IFIFO else { throw .noDevice }
        let isFIFO = file.type == S_IFIFO
        // A FIFO also for writing: writers may then come and go without an end of file.
        let opened = try Self.open(path, isFIFO ? O_RDWR : O_RDONLY)
        let name = isFIFO ? nil : try Self.grab(opened.number)
        descriptor = opened
        model = name
        fifo = isFIFO ? file : nil
    }

    private static func open(_ path: String, _ access: Int32) throws(DeviceProblem) -> Descriptor {
        let number = unsafe Glibc.open(path, access | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard number >= 0 else { throw DeviceProblem(errno) }
        return Descriptor(owning: number)
    }

    /// Without the grab every scan is also typed into the login console, its Enter included. Only with all keys up:
    /// the console would never see a key come up that it saw going down.
    private static func grab(_ number: Int32) throws(DeviceProblem) -> String {
        var name = [CChar](repeating: 0, count: 65)
        guard unsafe kiosk_input_name(number, &name, name.count) == 0 else { throw .noKeyboard }
        switch kiosk_input_any_key_down(number) {
        case 0: break
        case 1: throw .keyHeldDown
        default: throw DeviceProblem(errno)
        }
        guard kiosk_input_grab(number) == 0 else { throw DeviceProblem(errno) }
        let printable = name.filter { (0x20...0x7E).contains($0) }
        return String(decoding: printable.map(UInt8.init), as: UTF8.self)
    }
}

private struct FileIdentity: Equatable {
    let type: mode_t
    let device: dev_t
    let inode: ino_t

    /// nil with errno when there is no such file; links are followed.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        type = status.st_mode & S_IFMT
        device = status.st_dev
        inode = status.st_ino
    }
}

/// Why a path does not serve as a device at the moment. None is for ever: it is tried again.
struct DeviceProblem: Error, Hashable {
    let text: String

    static let noDevice = DeviceProblem("not a device")
    static let noSerialLine = DeviceProblem("not a serial line")
    static let noKeyboard = DeviceProblem("not a keyboard")
    static let keyHeldDown = DeviceProblem("a key is held down")

    init(_ text: String) {
        self.text = text
    }

    init(_ code: Int32) {
        text =
            switch code {
            // What an unplugged device answers depends on its driver and on how far udev has come.
            case ENOENT, ENODEV, ENXIO, ENOTDIR, EIO: "no such device"
            case EBUSY: "held by another program"
            case EACCES, EPERM: "permission denied"
            default: message(of: code)
            }
    }
}
