import Domain
import Harness
import LocalAPIClient
import LocalAPIModel
import Wire

/// The stage of a day of parcels.
extension TestEnvironment {
    convenience init(directory: String, programs: String, day: Day) throws {
        let room = min(day.size, 1000)
        // Who leaves without a word is signed out soon, or the play would take long.
        let settings = """
            desk: {idle: 12}
            shelves:
              - {name: A, layers: 6, capacity: \(room)}
              - {name: L, layers: 1, capacity: \(Day.largeCapacity(parcels: day.size)), for: large}
              - {name: C, layers: 2, capacity: \(room), for: cold}
            """
        try self.init(
            directory: directory, programs: programs,
            options: EnvironmentOptions(settings: settings, hasCardReader: true))
    }

    func sendDocuments(of day: Day) throws {
        try send("roster", day.roster.json)
        try send("expected", day.expected.json)
        try Polling.wait("the center's lists are in force", seconds: 30) {
            let point = try client.asked(.get, "/v1/point").value(PointState.self)
            return point.roster == day.roster.version && point.expected == day.expected.version
        }
    }

    func sides(of day: Day) throws -> Reconciliation.LedgerViews {
        var sides = Reconciliation.LedgerViews()
        (sides.kioskEvents, sides.centerEvents) = try events()
        for line in try lines(command("kiosk-center", ["parcels", "--kiosk", Day.kiosk, "--json"])) {
            guard let subject = line["subject"]?.string else { continue }
            sides.centerParcels[subject] = ExpectedParcelState(shown: line)
        }
        sides.alarms = try alarms()
        // Those that are here come in pages; those that have gone are asked for one by one.
        var after = ""
        while true {
            let page = try client.asked(.get, "/v1/parcels?after=\(after)&limit=500").lines(ShownParcel.self)
            for parcel in page { sides.kioskParcels[parcel.subject] = ExpectedParcelState(parcel) }
            guard let last = page.last else { break }
            after = last.subject
        }
        for subject in day.expectedStates.keys where sides.kioskParcels[subject] == nil {
            let parcel = try client.asked(.get, "/v1/parcels/\(subject)").value(ShownParcel.self)
            // One that is here must have been in the list.
            let hasGone = Parcel.Status(rawValue: parcel.status)?.isPresent == false
            sides.kioskParcels[subject] = hasGone ? ExpectedParcelState(parcel) : nil
        }
        return sides
    }
}
