/// A slip as one HTML page that needs nothing from anywhere: for a screen, and to be sent along.
public enum SlipPage {
    /// - Parameter modules: a symbol, one dot a module; where it fails the text itself stands there.
    public static func html(
        _ slip: Slip, title: String, modules: (_ text: String, _ form: SlipPicture.Form) throws -> Bitmap
    ) -> String {
        var body = ""
        for element in slip.elements {
            switch element {
            case .text(let text, let size, let alignment, let isBold):
                var classes = alignment == .left ? [] : [alignment == .center ? "c" : "r"]
                if size == .double { classes.append("d") }
                if isBold { classes.append("b") }
                body +=
                    "<p\(classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\"")>\(escaped(text))</p>\n"
            case .rule: body += "<hr>\n"
            case .row(let key, let value):
                body += "<div><span>\(escaped(key))</span><span>\(escaped(value))</span></div>\n"
            case .feed(let lines): body += String(repeating: "<br>", count: min(max(lines, 0), 10)) + "\n"
            case .symbol(let text):
                body +=
                    (try? modules(text, .qr)).map { picture($0, height: $0.height, text) }
                    ?? "<p>\(escaped(text))</p>\n"
            case .barcode(let text):
                body += (try? modules(text, .code128)).map { picture($0, height: 40, text) } ?? ""
                body += "<p class=\"c\">\(escaped(text))</p>\n"
            case .cut: body += "<hr class=\"cut\">\n"
            }
        }
        return """
            <!DOCTYPE html>
            <html lang="zh-CN"><head><meta charset="utf-8"><title>\(escaped(title))</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"><style>
            body { max-width: 24em; margin: 1em auto; padding: 1em; background: #fff; color: #000;
              font: 16px/1.4 sans-serif; border: 1px solid #ccc; }
            p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
            div { display: flex; justify-content: space-between; gap: 1em; }
            span:last-child { text-align: right; overflow-wrap: anywhere; }
            hr { border: 0; border-top: 1px solid #000; } .cut { border-top-style: dashed; }
            .c { text-align: center; } .r { text-align: right; } .b { font-weight: bold; } .d { font-size: 2em; }
            svg { display: block; margin: 1em auto; max-width: 80%; }
            </style></head><body>
            \(body)</body></html>

            """
    }

    /// The dark modules as one path; four units of quiet zone on every side.
    private static func picture(_ modules: Bitmap, height: Int, _ text: String) -> String {
        var path = ""
        for y in 0..<modules.height {
            var x = 0
            while x < modules.width {
                guard modules[x, y] else {
                    x += 1
                    continue
                }
                let start = x
                while x < modules.width, modules[x, y] { x += 1 }
                let down = modules.height == 1 ? height : 1
                path += "M\(start) \(y)h\(x - start)v\(down)h-\(x - start)z"
            }
        }
        let (width, high) = (modules.width + 8, height + 8)
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-4 -4 \(width) \(high)\" width=\"\(width * 3)\" "
            + "shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"\(escaped(text))\"><path d=\"\(path)\"/></svg>\n"
    }

    /// Nothing that a name or a number holds can become markup.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case _ where scalar.isControl && scalar != "\n": result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
