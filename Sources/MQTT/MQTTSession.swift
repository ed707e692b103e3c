import Board
import CMosquitto
import CSSL
public import Domain
import Glibc

/// The one owner of a libmosquitto handle, used by one thread: it waits, reads and writes in `turn`, and tells what
/// happened through `onEvent`, on that thread.
///
/// The library's own thread and its reconnecting are not used: after a refusal or a TLS failure they end for good. Nor is
/// its queue: a message offered while there is no connection is refused here, and a session serves one connection only,
/// so that nothing is ever sent again behind our back, and renewed certificates are read.
@safe public final class MQTTSession {
    public var onEvent: (MQTTEvent) -> Void = { _ in }

    private let configuration: MQTTConfiguration
    private let handle: OpaquePointer
    private(set) public var isConnected = false
    /// When bytes last came from the broker.
    private(set) public var lastHeard = BoardClock.uptime
    /// What was asked for, until the broker says otherwise: then its word counts (MQTT 5, 3.2.2.3.14).
    private(set) public var keepAliveSeconds: Int
    /// The library's last words about an error; they tell what a bare code does not (an expired certificate, say).
    private var trouble: String?

    public init(configuration: MQTTConfiguration) throws(MQTTError) {
        self.configuration = configuration
        keepAliveSeconds = configuration.keepAliveSeconds
        _ = Self.library
        guard let handle = unsafe mosquitto_new(configuration.clientID, true, nil) else {
            throw MQTTError(code: Int32(MOSQ_ERR_NOMEM.rawValue), words: "no MQTT client could be made: \(errno)")
        }
        unsafe self.handle = handle
        // From here on `deinit` destroys the handle, also when this throws.
        try prepare()
    }

    deinit { unsafe mosquitto_destroy(handle) }

    private static let library: Int32 = mosquitto_lib_init()

    private func prepare() throws(MQTTError) {
        unsafe mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        try check(unsafe mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5), "choosing MQTT 5")
        try check(unsafe mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1), "setting TCP_NODELAY")
        if let tls = configuration.tls { try prepare(tls) }
        if let will = configuration.will {
            var properties = unsafe try makeProperties(of: will)
            let code = unsafe mosquitto_will_set_v5(
                handle, will.topic, Int32(will.payload.count), will.payload, 1, will.isRetained, properties)
            // The library keeps the properties only if it took the will.
            if code != 0 { unsafe mosquitto_property_free_all(&properties) }
            try check(code, "setting the will")
        }
        unsafe mosquitto_connect_v5_callback_set(handle, Self.connected)
        unsafe mosquitto_disconnect_v5_callback_set(handle, Self.disconnected)
        unsafe mosquitto_publish_v5_callback_set(handle, Self.published)
        unsafe mosquitto_subscribe_v5_callback_set(handle, Self.subscribed)
        unsafe mosquitto_message_v5_callback_set(handle, Self.received)
        unsafe mosquitto_log_callback_set(handle, Self.logged)
    }

    private func prepare(_ tls: MQTTConfiguration.TLS) throws(MQTTError) {
        try Self.requireReadable(tls)
        // A context of our own, because the library's verifies at the time of the kernel's clock and no other.
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw MQTTError(code: Int32(MOSQ_ERR_NOMEM.rawValue), words: "no TLS context could be made")
        }
        // The library keeps a reference of its own.
        defer { unsafe SSL_CTX_free(context) }
        try unsafe set(up: context, tls)
        try check(unsafe mosquitto_int_option(handle, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0), "setting up TLS")
        try check(
            unsafe mosquitto_void_option(handle, MOSQ_OPT_SSL_CTX, UnsafeMutableRawPointer(context)), "setting up TLS")
    }

    private static func requireReadable(_ tls: MQTTConfiguration.TLS) throws(MQTTError) {
        // The library says "invalid arguments" to all of these.
        for path in [tls.authority, tls.certificate, tls.key].compactMap(\.self) where unsafe access(path, R_OK) != 0 {
            throw MQTTError(
                code: Int32(MOSQ_ERR_ERRNO.rawValue),
                words: "reading \(path): \(message(of: errno))")
        }
    }

    private static func succeed(_ result: Int32, _ what: String) throws(MQTTError) {
        guard result != 1 else { return }
        defer { ERR_clear_error() }
        let reason = unsafe ERR_reason_error_string(ERR_get_error()).map { unsafe String(cString: $0) }
        throw MQTTError(
            code: Int32(MOSQ_ERR_TLS.rawValue), words: "\(what): \(reason ?? "OpenSSL does not say why")")
    }

    /// When the first of the certificates ends without which this end is let in no more.
    /// - Throws: when a file of these cannot be used.
    static func end(of tls: MQTTConfiguration.TLS) throws(MQTTError) -> Timestamp? {
        try requireReadable(tls)
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { return nil }
        defer { unsafe SSL_CTX_free(context) }
        try unsafe load(tls, into: context)
        return unsafe kiosk_earliest_end(context).flatMap { unsafe timestamp($0) }
    }

    /// When the certificate ends that the broker has shown; `nil` without TLS, and before it has.
    package var brokerCertificateEnd: Timestamp? {
        guard let tls = unsafe mosquitto_ssl_get(handle),
            let certificate = unsafe SSL_get1_peer_certificate(OpaquePointer(tls))
        else { return nil }
        defer { unsafe X509_free(certificate) }
        return unsafe X509_get0_notAfter(certificate).flatMap { unsafe Self.timestamp($0) }
    }

    private static func timestamp(_ time: UnsafePointer<ASN1_TIME>) -> Timestamp? {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Timestamp(milliseconds: Int64(unsafe timegm(&parts)) * 1000)
    }

    private static func load(_ tls: MQTTConfiguration.TLS, into context: OpaquePointer) throws(MQTTError) {
        ERR_clear_error()
        var state = stat()
        let isDirectory = unsafe stat(tls.authority, &state) == 0 && state.st_mode & S_IFMT == S_IFDIR
        try succeed(unsafe kiosk_require_tls12(context), "requiring TLS 1.2")
        try succeed(
            unsafe SSL_CTX_load_verify_locations(
                context, isDirectory ? nil : tls.authority, isDirectory ? tls.authority : nil),
            "reading \(tls.authority)")
        if let certificate = tls.certificate {
            try succeed(unsafe SSL_CTX_use_certificate_chain_file(context, certificate), "reading \(certificate)")
        }
        if let key = tls.key {
            try succeed(unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM), "reading \(key)")
            try succeed(unsafe SSL_CTX_check_private_key(context), "holding \(key) to its certificate")
        }
    }

    private func set(up context: OpaquePointer, _ tls: MQTTConfiguration.TLS) throws(MQTTError) {
        try unsafe Self.load(tls, into: context)
        // Buffers are given back while nothing comes, which is nearly always.
        unsafe kiosk_release_buffers(context)
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        // The broker has to be who it was looked for: by its address, or by its name.
        let parameters = unsafe SSL_CTX_get0_param(context)
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, configuration.host) != 1 {
            ERR_clear_error()
            try Self.succeed(
                unsafe X509_VERIFY_PARAM_set1_host(parameters, configuration.host, 0),
                "looking for \(configuration.host)")
        }
        switch tls.time {
        case nil: break
        case .now(let time): unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(time.milliseconds / 1000))
        case .notBefore(let time):
            unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(time.milliseconds / 1000))
            // A board that wakes in 1970 would take every certificate for one of the future, and never reach whoever knows
            // the time.
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER) { isValid, chain in
                guard isValid != 1 else { return 1 }
                guard unsafe X509_STORE_CTX_get_error(chain) == X509_V_ERR_CERT_NOT_YET_VALID else { return 0 }
                unsafe X509_STORE_CTX_set_error(chain, X509_V_OK)
                return 1
            }
        }
    }

    // MARK: Connecting

    /// Resolves the name and opens the connection; blocks for as long as the operating system does. The answer of the
    /// broker comes later, as an event. Clean Start and a session expiry of 0 are the library's own for MQTT 5.
    public func connect() throws(MQTTError) {
        trouble = nil
        var properties: OpaquePointer?
        defer { unsafe mosquitto_property_free_all(&properties) }
        try check(
            unsafe mosquitto_property_add_int32(
                &properties, Int32(MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue), configuration.largestPacketBytes),
            "adding a property")
        let code = unsafe mosquitto_connect_bind_v5(
            handle, configuration.host, Int32(configuration.port), Int32(configuration.keepAliveSeconds), nil,
            properties)
        try check(code, "connecting to \(configuration.host):\(configuration.port)")
    }

    /// Says good-bye; the broker publishes the will all the same if it is told to.
    public func disconnect(publishWill: Bool = false) {
        unsafe mosquitto_disconnect_v5(handle, publishWill ? 0x04 : 0, nil)
        _ = unsafe mosquitto_loop_write(handle, 1)
        isConnected = false
    }

    public func subscribe(_ topics: [String]) throws(MQTTError) {
        for topic in topics {
            try check(unsafe mosquitto_subscribe_v5(handle, nil, topic, 1, 0, nil), "subscribing to \(topic)")
        }
    }

    /// Hands a message over and returns its id, by which `published` will name it.
    public func publish(_ message: MQTTMessage) throws(MQTTError) -> Int32 {
        // Offline the library would queue it without a bound, and say that it had not.
        guard isConnected else { throw error(Int32(MOSQ_ERR_NO_CONN.rawValue), "publishing") }
        var properties = unsafe try makeProperties(of: message)
        defer { unsafe mosquitto_property_free_all(&properties) }
        var id: Int32 = 0
        try check(
            unsafe mosquitto_publish_v5(
                handle, &id, message.topic, Int32(message.payload.count), message.payload, 1, message.isRetained,
                properties), "publishing")
        return id
    }

    /// A list for the caller to free.
    private func makeProperties(of message: MQTTMessage) throws(MQTTError) -> OpaquePointer? {
        var properties: OpaquePointer?
        do {
            if let type = message.contentType {
                try check(
                    unsafe mosquitto_property_add_string(&properties, Int32(MQTT_PROP_CONTENT_TYPE.rawValue), type),
                    "adding a property")
            }
            for (name, value) in message.userProperties {
                try check(
                    unsafe mosquitto_property_add_string_pair(
                        &properties, Int32(MQTT_PROP_USER_PROPERTY.rawValue), name, value), "adding a property")
            }
            return unsafe properties
        } catch {
            unsafe mosquitto_property_free_all(&properties)
            throw error
        }
    }

    // MARK: Working

    /// One turn of work: waits for the socket, for `wake` to become readable, or for `milliseconds` to pass, then reads
    /// and writes what there is.
    public func turn(wake: Int32, milliseconds: Int32) {
        let descriptor = unsafe mosquitto_socket(handle)
        guard descriptor >= 0 else { return ended(Int32(MOSQ_ERR_NO_CONN.rawValue)) }
        let writes = unsafe mosquitto_want_write(handle) ? POLLOUT : 0
        var waiting = [
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN | writes), revents: 0),
        ]
        // Keep-alive needs a look now and then, however long the caller would wait.
        unsafe poll(&waiting, 2, max(min(milliseconds, Int32(keepAliveSeconds > 0 ? keepAliveSeconds : 60) * 250), 0))
        let happened = Int32(waiting[1].revents)
        var code = Int32(MOSQ_ERR_SUCCESS.rawValue)
        if happened & (POLLIN | POLLHUP | POLLERR) != 0 {
            code = unsafe mosquitto_loop_read(handle, 64)
            lastHeard = BoardClock.uptime
        }
        if code == 0, unsafe mosquitto_want_write(handle) { code = unsafe mosquitto_loop_write(handle, 1) }
        if code == 0 { code = unsafe mosquitto_loop_misc(handle) }
        if code != 0 { ended(code) }
    }

    /// Waits like `turn` while there is no session.
    public static func idle(wake: Int32, milliseconds: Int32) {
        var waiting = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
        unsafe poll(&waiting, 1, milliseconds)
    }

    private func ended(_ code: Int32) {
        let wasConnected = isConnected
        isConnected = false
        var words = trouble ?? error(code, "").words
        if !wasConnected, code == Int32(MOSQ_ERR_PROTOCOL.rawValue) { words += "; does this broker speak MQTT 5?" }
        trouble = nil
        onEvent(.disconnected(reason: words))
    }

    // MARK: Callbacks: copy out, tell, return

    private static func session(_ pointer: UnsafeMutableRawPointer?) -> MQTTSession? {
        unsafe pointer.map { unsafe Unmanaged<MQTTSession>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let connected:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, Int32, OpaquePointer?) -> Void = {
            _, user, code, _, properties in
            guard let session = unsafe session(user) else { return }
            unsafe session.tell(properties)
            guard code == 0 else { return session.onEvent(.refused(ReasonCode(UInt8(truncatingIfNeeded: code)))) }
            session.isConnected = true
            var maximum: UInt16 = 65_535
            unsafe mosquitto_property_read_int16(
                properties, Int32(MQTT_PROP_RECEIVE_MAXIMUM.rawValue), &maximum, false)
            var keepAlive = UInt16(clamping: session.configuration.keepAliveSeconds)
            unsafe mosquitto_property_read_int16(
                properties, Int32(MQTT_PROP_SERVER_KEEP_ALIVE.rawValue), &keepAlive, false)
            // 0 is no limit, and then nobody pings.
            session.keepAliveSeconds = Int(keepAlive)
            session.onEvent(.connected(receiveMaximum: Int(maximum)))
        }

    private static let disconnected:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, OpaquePointer?) -> Void = {
            _, user, code, properties in
            // Only the broker's own word is worth noting; `turn` sees every end.
            guard let session = unsafe session(user), code >= 0x80, code <= 0xFF else { return }
            unsafe session.tell(properties)
            session.trouble = "the broker ended the connection: \(ReasonCode(UInt8(code)))"
        }

    private static let published:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, Int32, OpaquePointer?) -> Void = {
            _, user, id, reason, properties in
            if reason >= 0x80 { unsafe session(user)?.tell(properties) }
            unsafe session(user)?.onEvent(.published(id: id, ReasonCode(UInt8(truncatingIfNeeded: reason))))
        }

    private static let subscribed:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, Int32, Int32, UnsafePointer<Int32>?, OpaquePointer?
        ) -> Void = { _, user, _, count, granted, _ in
            let answers = unsafe UnsafeBufferPointer(start: granted, count: Int(count))
            let refused = unsafe answers.first { $0 >= 0x80 }
            unsafe session(user)?.onEvent(.subscribed(ReasonCode(UInt8(truncatingIfNeeded: refused ?? 0))))
        }

    private static let received:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, UnsafePointer<mosquitto_message>?, OpaquePointer?
        ) -> Void = { _, user, message, properties in
            guard let session = unsafe session(user), let message = unsafe message?.pointee,
                let topic = unsafe message.topic
            else { return }
            let payload = unsafe UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
            let copied = unsafe MQTTMessage(
                topic: String(cString: topic), payload: Array(payload), isRetained: message.retain,
                contentType: MQTTSession.contentType(properties),
                userProperties: MQTTSession.userProperties(properties))
            session.onEvent(.message(copied))
        }

    private static let logged:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?) ->
            Void = { _, user, level, words in
                guard level == MOSQ_LOG_ERR, let words = unsafe words, let session = unsafe session(user) else {
                    return
                }
                session.trouble = unsafe String(cString: words)
            }

    /// The reason string of an answer, if it has one.
    private func tell(_ properties: OpaquePointer?) {
        var text: UnsafeMutablePointer<CChar>?
        let found = unsafe mosquitto_property_read_string(
            properties, Int32(MQTT_PROP_REASON_STRING.rawValue), &text, false)
        defer { unsafe free(text) }
        guard unsafe found != nil, let text = unsafe text else { return }
        onEvent(.said(String(unsafe String(cString: text).printable.prefix(200))))
    }

    private static func contentType(_ properties: OpaquePointer?) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let found = unsafe mosquitto_property_read_string(
            properties, Int32(MQTT_PROP_CONTENT_TYPE.rawValue), &text, false)
        defer { unsafe free(text) }
        guard unsafe found != nil, let text = unsafe text else { return nil }
        return unsafe String(cString: text)
    }

    private static func userProperties(_ properties: OpaquePointer?) -> [String: String] {
        var result: [String: String] = [:]
        var next = unsafe properties
        var skipsFirst = false
        while let current = unsafe next, result.count < 16 {
            var name: UnsafeMutablePointer<CChar>?
            var value: UnsafeMutablePointer<CChar>?
            let found = unsafe mosquitto_property_read_string_pair(
                current, Int32(MQTT_PROP_USER_PROPERTY.rawValue), &name, &value, skipsFirst)
            guard let found = unsafe found else { break }
            if let name = unsafe name, let value = unsafe value {
                unsafe result[String(cString: name)] = String(cString: value)
            }
            unsafe free(name)
            unsafe free(value)
            unsafe next = found
            skipsFirst = true
        }
        return result
    }

    // MARK: Errors

    private func check(_ code: Int32, _ during: String) throws(MQTTError) {
        guard code != 0 else { return }
        throw error(code, during)
    }

    private func error(_ code: Int32, _ during: String) -> MQTTError {
        let library =
            code == Int32(MOSQ_ERR_ERRNO.rawValue)
            ? message(of: errno) : unsafe String(cString: mosquitto_strerror(code))
        let words = trouble ?? library
        return MQTTError(code: code, words: during.isEmpty ? words : "\(during): \(words)")
    }
}

extension MQTTConfiguration.TLS {
    /// When the first of the certificates in these files ends: its own, those sent with it, or the authority if it is one.
    /// - Throws: when a file cannot be used; no connection can ever be made with it.
    public func end() throws(MQTTError) -> Timestamp? { try MQTTSession.end(of: self) }
}
