import Symbols

/// A symbol at its printed size, as SVG inside HTML.
///
/// Lengths are counted in dots of 600 to the inch, so that on printers of 300 and of 600 dpi every edge of a bar falls on a
/// dot: a bar that is a dot too wide is what makes cheap prints unreadable.
enum SheetSymbol {
    /// 0.339 mm; below 0.33 mm laser scanners start to miss it at arm's length.
    private static let barModuleDots = 8
    /// 0.508 mm, for a phone held over the table.
    private static let squareModuleDots = 12
    /// The bars' height, in micrometres. A hand does not aim better than this.
    private static let barHeight = 12_500

    /// The quiet zone is part of the picture, as white as the paper, so that nothing can be laid out into it.
    static func svg(_ symbol: Symbol) -> String {
        let quiet = symbol.quietZone
        let columns = symbol.width + 2 * quiet
        switch symbol.symbology {
        case .code128:
            // One unit high and stretched: all bars are as high as the picture.
            return svg(
                symbol, width: micrometres(columns * barModuleDots), height: barHeight,
                box: "\(-quiet) 0 \(columns) 1")
        case .qr:
            let rows = symbol.height + 2 * quiet
            return svg(
                symbol, width: micrometres(columns * squareModuleDots), height: micrometres(rows * squareModuleDots),
                box: "\(-quiet) \(-quiet) \(columns) \(rows)")
        }
    }

    private static func svg(_ symbol: Symbol, width: Int, height: Int, box: String) -> String {
        """
        <svg class="\(symbol.symbology.rawValue)" width="\(millimetres(width))" height="\(millimetres(height))" \
        viewBox="\(box)" preserveAspectRatio="none" shape-rendering="crispEdges" aria-hidden="true">\
        <path d="\(symbol.path)"/></svg>
        """
    }

    /// Rounded down to a micrometre, once for the whole width: a hundredth of a dot.
    private static func micrometres(_ dots: Int) -> Int { dots * 127 / 3 }

    private static func millimetres(_ micrometres: Int) -> String {
        let fraction = String(micrometres % 1000)
        return "\(micrometres / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction + "mm"
    }
}
