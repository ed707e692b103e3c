import Barcodes
import Domain
import Foundation
import Phrases
import ScaleProtocols
import TestSupport
import Testing

@testable import Journal
@testable import Uplink
@testable import Workflow

/// The words that the code keeps as enums and the contract's documents list. With a capture directory they are written down,
/// and `Device/check-contract` compares them with the documents.
@Suite struct VocabularyTests {
    struct Vocabulary: Encodable {
        var name: String
        var words: [String]
        /// Where the documents list them; an enum that is listed in parts has several places.
        var places: [String]

        init<Words: CaseIterable & RawRepresentable>(_ type: Words.Type, _ places: String...)
        where Words.RawValue == String {
            name = String(reflecting: type)
            words = Words.allCases.map(\.rawValue)
            self.places = places
        }
    }

    private static func events(_ place: String) -> String { "asyncapi.yaml#/components/schemas/\(place)" }
    private static func api(_ place: String) -> String { "openapi.yaml#/components/schemas/\(place)" }

    static let all = [
        Vocabulary(Carrier.self, events("Carrier")),
        Vocabulary(ClockTrust.Word.self, events("Clock")),
        Vocabulary(Timekeeper.Source.self, events("ClockSource")),
        Vocabulary(AlarmCode.self, events("Alarm/properties/code")),
        Vocabulary(Parcel.Handling.self, events("Handling")),
        Vocabulary(Parcel.Flag.self, events("Flag")),
        Vocabulary(Parcel.Status.self, api("ParcelStatus")),
        Vocabulary(PickUpCode.Form.self, events("CodeForm")),
        Vocabulary(Parcel.Consent.self, events("Consent")),
        Vocabulary(Person.Role.self, events("Role")),
        Vocabulary(DeskCommand.Mode.self, api("Mode")),
        Vocabulary(DeskCommand.Reason.self, events("ParcelCollected/properties/reason")),
        Vocabulary(Tone.self, api("Outcome/properties/outcome")),
        Vocabulary(
            Answer.Word.self, api("SavedWord"), api("AlreadyWord"), api("AttentionWord"), api("RefusedWord")),
        Vocabulary(Answer.Chosen.self, api("Goods/properties/chosen")),
        Vocabulary(ScaleWatch.NotWeighableReason.self, api("ScaleRefusal")),
        Vocabulary(ScaleWatch.NotWeighableReason.self, api("ScaleObstacle")),
        Vocabulary(ScaleCommand.self, api("ScaleOrder")),
        Vocabulary(Lot.Status.self, api("Lot/properties/status")),
        Vocabulary(Rounding.self, events("AppliedPrice/properties/rounding")),
        Vocabulary(WeighIn.Identification.self, events("WeighInRecorded/properties/identified")),
        Vocabulary(WeighIn.TareMode.self, events("WeighInRecorded/properties/taremode")),
        Vocabulary(WeighIn.Stability.self, events("WeighInRecorded/properties/stability")),
        Vocabulary(WeighIn.Warning.self, events("WeighInWarning")),
        Vocabulary(WeighIn.Voiding.Reason.self, events("WeighInVoided/properties/reason")),
        Vocabulary(Batch.Kind.self, events("BatchKind")),
        Vocabulary(Parcel.Action.self, api("Deed")),
        Vocabulary(Desk.SignOutReason.self, events("OperatorSignedOut/properties/reason")),
        Vocabulary(Recovery.Cause.self, events("JournalRecovered/properties/cause")),
        Vocabulary(Refusal.self, api("Refusal")),
        Vocabulary(UplinkState.Link.self, api("Link/properties/state")),
    ]

    @Test func `no word stands twice in its enum, and all are handed to the contract's check`() throws {
        for vocabulary in Self.all {
            #expect(!vocabulary.words.isEmpty && Set(vocabulary.words).count == vocabulary.words.count)
        }
        guard let capture = Recorder.directory else { return }
        try JSONEncoder().encode(Self.all).write(to: URL(fileURLWithPath: "\(capture)/vocabularies.json"))
    }
}
