import Domain

extension WaybillRules {
    /// The forms known today. The order is the ranking: what a prefix tells stands before what a length tells.
    /// The examples have the real form and invented digits; a test reads every one of them.
    public static let standard = WaybillRules(table: [
        // Letters in front.
        WaybillRule(.jd, "JD[0-9A-Z]{8,20}", "JDVA12345678901", suffix: .packageOfTotal),
        WaybillRule(.sf, #"SF\d{13}"#, "SF1234567890123"),
        WaybillRule(.yto, #"YT\d{13}"#, "YT1234567890123"),
        WaybillRule(.yunexpress, #"YT\d{16}"#, "YT1234567890123456"),
        WaybillRule(.jt, #"JT\d{12,13}"#, "JT0001234567890"),
        WaybillRule(.zto, #"ZTO?\d{12,15}"#, "ZTO123456789012"),
        WaybillRule(.deppon, #"DP[KL]\d{11,15}"#, "DPK361234567890", suffix: .package),
        WaybillRule(.cainiao, #"LP\d{14}"#, "LP12345678901234"),
        WaybillRule(.cainiao, #"CN\d{8,20}"#, "CN1234567890"),

        // UPU S10: two letters, nine digits of which the last is the check digit, the country.
        WaybillRule(.ems, #"E[A-Z]\d{9}[A-Z]{2}"#, "EE473124829CN", check: .s10),
        WaybillRule(.chinaPost, #"[A-Z]{2}\d{9}[A-Z]{2}"#, "RB123456785GB", check: .s10),
        WaybillRule(.ems, #"[A-Z]{2}\d{9}[A-Z]{2}"#, "CP100000025CN", check: .s10),

        // Digits with a prefix that says something.
        WaybillRule(.sto, #"77\d{13}"#, "771234567890123"),
        WaybillRule(.sto, #"773\d{9,13}"#, "77312345678901"),
        WaybillRule(.sto, #"[234]68\d{9,10}"#, "268123456789"),
        WaybillRule(.ems, #"1[0-2]\d{11}"#, "1112345678901"),
        WaybillRule(.ems, #"5[01]\d{11}"#, "5012345678901"),
        WaybillRule(.chinaPost, #"1[0-2]\d{11}"#, "1012345678901"),
        WaybillRule(.chinaPost, #"5[0-2]\d{11}"#, "5212345678901"),
        WaybillRule(.chinaPost, #"9[5-9]\d{11}"#, "9812345678901"),
        WaybillRule(.yto, #"88\d{16}"#, "881234567890123456"),

        // Digits, and only how many: ambiguous.
        WaybillRule(.zto, #"\d{14}"#, "78123456789012"),
        WaybillRule(.yunda, #"\d{15}"#, "461234567890123"),
        WaybillRule(.yunda, #"\d{13}"#, "4312345678901"),
        WaybillRule(.sf, #"\d{12}"#, "123456789012"),
        WaybillRule(.zto, #"\d{12}"#, "721234567890"),
        WaybillRule(.sto, #"\d{12}"#, "221234567890"),
        WaybillRule(.deppon, #"\d{8,10}"#, "12345678", suffix: .package),

        // YTO's old form: two signs, at least one of them a letter, and ten digits.
        WaybillRule(.yto, #"[A-Z][0-9A-Z]\d{10}"#, "D01234567890"),
        WaybillRule(.yto, #"\d[A-Z]\d{10}"#, "8V1234567890"),
    ])
}
