import Domain
import ScaleProtocols
import Testing

@Suite struct `Options of a scale` {
    @Test func `each protocol takes the options that it has and refuses the others by name`() throws {
        var all = ScaleOptions()
        all.unit = .kilogram
        all.decimals = 3
        all.checksum = false
        all.address = 1
        all.kind = .gross
        all.isAsked = false
        for name in ScaleProtocolName.allCases {
            for option in ScaleOptions.Name.allCases where option != .characters && option != .variant {
                let options = only(option, of: all)
                if name.options.contains(option) {
                    _ = try name.make(options)
                } else {
                    let fault = try #require(throws: ScaleOptionFault.self) { try name.make(options) }
                    #expect(fault.option == option)
                    #expect("\(fault)" == "\(name.rawValue) has no option \(option.rawValue)")
                }
            }
        }
    }

    private func only(_ name: ScaleOptions.Name, of all: ScaleOptions) -> ScaleOptions {
        var options = ScaleOptions()
        switch name {
        case .unit: options.unit = all.unit
        case .decimals: options.decimals = all.decimals
        case .characters: options.characters = all.characters
        case .checksum: options.checksum = all.checksum
        case .address: options.address = all.address
        case .kind: options.kind = all.kind
        case .isAsked: options.isAsked = all.isAsked
        case .variant: options.variant = all.variant
        }
        return options
    }

    static let nonsense: [(ScaleProtocolName, ScaleOptions.Name, @Sendable (inout ScaleOptions) -> Void)] = [
        (.yaohuaReversed, .characters, { $0.characters = 9 }), (.mtSICS, .characters, { $0.characters = 9 }),
        (.yaohuaText, .characters, { $0.characters = 6 }), (.stGS, .characters, { $0.characters = 200 }),
        (.yaohuaCommand, .address, { $0.address = 27 }), (.yaohuaCommand, .address, { $0.address = 0 }),
        (.casCI, .address, { $0.address = 100 }), (.casValue, .decimals, { $0.decimals = -1 }),
        (.yaohuaA9, .kind, { $0.kind = .tare }), (.toledoContinuous, .variant, { $0.variant = .forward }),
        (.yaohuaA22, .variant, { $0.variant = .liden }), (.toledo8217, .unit, { $0.unit = .gram }),
    ]

    @Test(arguments: nonsense.indices) func `a value without meaning is refused`(_ index: Int) throws {
        let (name, option, set) = Self.nonsense[index]
        var options = ScaleOptions()
        set(&options)
        let fault = try #require(throws: ScaleOptionFault.self) { try name.make(options) }
        #expect(fault.option == option)
    }

    @Test func `a frame of another unit than the one set is not believed`() throws {
        for name in ScaleProtocolName.allCases where name.options.contains(.unit) && name != .toledo8217 {
            let closing = try #require(Dialect(rawValue: name.rawValue)).closing
            var kilograms = name.make()
            guard let frame = kilograms.encode(ScaleReading(mass: Mass(grams: 2000), stability: .stable, range: .ok))
            else {
                Issue.record("\(name) has no frame for 2 kg")
                continue
            }
            #expect(!kilograms.feed(frame + closing).isEmpty)
            var options = ScaleOptions()
            options.unit = .pound
            var pounds = try name.make(options)
            #expect(pounds.feed(frame + closing).allSatisfy { $0.mass == nil && $0.fault != nil }, "\(name)")
        }
    }

    /// The orders as the manuals print them.
    static let orders: [(Dialect, ScaleCommand, String?)] = [
        (.mtSICS, .zero, "Z\r\n"), (.mtSICS, .tare, "T\r\n"), (.mtSICS, .clearTare, "TAC\r\n"),
        (.toledoContinuous, .zero, "Z"), (.toledoContinuous, .tare, "T"), (.toledoContinuous, .clearTare, "C"),
        (.toledo8217, .zero, "Z"), (.toledo8217, .tare, "T\r"), (.toledo8217, .clearTare, "C"),
        (.ht9800, .zero, nil), (.yaohuaA9, .zero, nil), (.yaohuaReversed, .tare, nil), (.yaohuaText, .zero, nil),
        (.yaohuaTextEight, .zero, "Z"), (.yaohuaTextEight, .tare, "T"), (.yaohuaTextEight, .clearTare, nil),
        (.yaohuaCommand, .zero, nil), (.yaohuaA22, .zero, "\u{2}A071\u{3}"), (.yaohuaA22, .tare, nil),
        (.casCI, .zero, "01MZ\r\n"), (.casCISecond, .tare, "02MT\r\n"), (.casCI, .clearTare, nil),
        (.casENQ, .zero, nil), (.andStandard, .zero, "Z\r\n"), (.stGS, .zero, "MZ\r\n"), (.stGS, .tare, "MT\r\n"),
        (.stGS, .clearTare, "CT\r\n"), (.ohaus, .tare, "T\r\n"), (.kern, .zero, "Z\r\n"),
        (.sma, .zero, "\nZ\r"), (.sma, .clearTare, "\nC\r"), (.ffBCD, .zero, nil),
    ]

    @Test(arguments: orders.indices) func `an order has the bytes of the manual`(_ index: Int) {
        let (dialect, order, text) = Self.orders[index]
        #expect(dialect.make().order(order) == text.map { Array($0.utf8) }, "\(dialect) \(order)")
    }

    @Test func `clones have their own way with orders`() throws {
        var options = ScaleOptions()
        options.variant = .kernFTC
        #expect(try ScaleProtocolName.toledoContinuous.make(options).order(.tare) == Array("T\r\n".utf8))
        options.variant = .caston
        options.isAsked = true
        var caston = try ScaleProtocolName.casCI.make(options)
        #expect(caston.order(.zero) == Array("ZE\r\n".utf8) && caston.ask() == Array("WT\r\n".utf8))
        options = ScaleOptions()
        options.variant = .forward
        var forward = try ScaleProtocolName.yaohuaA22.make(options)
        #expect(forward.feed(Array("=0003.000".utf8)).map(\.mass) == [Mass(grams: 3000)])
    }

    /// The questions as the manuals print them.
    @Test func `a question has the bytes of the manual`() {
        for (dialect, text) in [
            (.mtSICS, "SI\r\n"), (.toledo8217, "W"), (.yaohuaCommandGross, "\u{2}AB03\u{3}"),
            (.yaohuaCommandNet, "\u{2}AD05\u{3}"), (.yaohuaCommand, "\u{2}AB03\u{3}"), (.yaohuaA22, "\u{2}AR13\u{3}"),
            (.yaohuaTextEight, "R"), (.casCISecond, "02RW\r\n"), (.casENQ, "\u{5}"), (.andStandard, "Q\r\n"),
            (.cas18, "RW\r\n"), (.ohaus, "IP\r\n"), (.kern, "SI\r\n"), (.sma, "\nW\r"),
        ] as [(Dialect, String)] {
            var codec = dialect.make()
            #expect(codec.ask() == Array(text.utf8), "\(dialect)")
        }
    }

    @Test(arguments: [Dialect.stGS, .ohausBalance, .yaohuaText])
    func `a line of another length than the one before is not believed`(_ dialect: Dialect) throws {
        let (short, long) =
            switch dialect {
            case .stGS: ("ST,GS,+  12.345  kg\r\n", "ST,GS,+  912.345  kg\r\n")
            case .ohausBalance: ("    12.345 kg  \r\n", "    912.345 kg  \r\n")
            default: ("ww012.345kg\r\n", "ww0912.345kg\r\n")
            }
        var codec = dialect.make()
        #expect(codec.feed(Array(short.utf8)).map(\.mass) == [Mass(grams: 12_345)])
        #expect(codec.feed(Array(long.utf8)).isEmpty)
        #expect(codec.feed(Array(long.utf8)).map(\.mass) == [Mass(grams: 912_345)])
        #expect(codec.feed(Array((short + short).utf8)).map(\.mass) == [Mass(grams: 12_345)])
        #expect(codec.dropped == 2)
    }
}
