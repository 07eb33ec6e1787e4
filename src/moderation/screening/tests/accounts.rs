//! IBANs and wallet addresses, case by case. The wallets are made from hashes of words; nobody
//! holds their keys.

use super::{IBAN, NOTHING, WALLET, assert_each};
use crate::moderation::screening::find_payment_data;

#[test]
fn an_iban_of_every_country_of_the_registry_is_found_in_print_and_unbroken() {
    for iban in REGISTRY.lines() {
        assert_eq!(find_payment_data(iban), IBAN, "{iban}");
        assert_eq!(find_payment_data(&iban.replace(' ', "")), IBAN, "{iban} unbroken");
        assert_eq!(find_payment_data(&iban.to_lowercase()), IBAN, "{iban} in lower case");
    }
}

#[test]
fn an_iban_with_one_digit_changed_is_left_alone() {
    for iban in REGISTRY.lines() {
        let last = iban.rfind(|c: char| c.is_ascii_digit()).unwrap();
        let digit = iban.as_bytes()[last] - b'0';
        let mut changed = iban.to_owned();
        changed.replace_range(last..=last, &((digit + 1) % 10).to_string());
        assert!(!find_payment_data(&changed).iban, "{changed}");
    }
}

#[test]
fn what_only_resembles_an_iban_is_left_alone() {
    assert_each(
        &[
            // A word and a number, which happen to pass.
            "no 93 8601 1117 947",
            "at 61 1904 3002 3457 3201",
            "AZ 23 ORAS ZENEKAR JON A VAROSBA MO",
            // Another length, part of a longer word, broken off.
            "NO93 8601 1117 9470",
            "xDE89370400440532013000",
            "DE893704004405320130001",
            "DE89: 3704 0044 0532 0130 00",
            // Check digits that no bank gives out, though the sum is right.
            "NO0086011117002",
            "NO0186011117081",
            "NO9986011117063",
            "https://tickets.example/de8937040044",
        ],
        NOTHING,
    );
}

#[test]
fn an_iban_is_found_however_it_is_written() {
    assert_each(
        &[
            "IBAN: DE89 3704 0044 0532 0130 00.",
            "IBAN DE89-3704-0044-0532-0130-00",
            "de89370400440532013000",
            "DE 89 370400440532013000",
            "DE89\u{a0}3704\u{a0}0044\u{a0}0532\u{a0}0130\u{a0}00",
            "DE89\u{200b}3704\u{200b}0044\u{200b}0532\u{200b}0130\u{200b}00",
            "ＤＥ８９ ３７０４ ００４４ ０５３２ ０１３０ ００",
            "DE٨٩ ٣٧٠٤ ٠٠٤٤ ٠٥٣٢ ٠١٣٠ ٠٠",
            "DE89 3704 0044\r\n0532 0130 00",
            "> DE89 3704 0044\n> 0532 0130 00",
            "FR14 20041 01005 0500013M026 06",
            "IT60 X 05428 11101 000000123456",
            "ES91 2100 0418 45 0200051332",
            "振込先：DE89370400440532013000まで",
            "(NO93 8601 1117 947)",
            "at 20 the fee goes to AT61 1904 3002 3457 3201, BIC BKAUATWW",
        ],
        IBAN,
    );
}

#[test]
fn wallet_addresses_are_found() {
    assert_each(
        &[
            // Bitcoin.
            "1CtDvbyiPToNHsr8zG1qWLbsaHpoQPdown",
            "bitcoin:16pBL3RDDFxgkWY6t3D5ieQfev2WT5BARE?amount=0.1",
            "3DaEr9U9wN7kP3Ya7MgRvxxoip7WsMnPeB",
            "bc1qsfvk9c8zswmz7pe8pz7cr3dj3jykyxujh4f494",
            "bc1qsfvk9c8zswmz7pe8pz7cr3dj3jykyxuj4lt7nzcgwpq6mqn30llqj4n3x4",
            "bc1psfvk9c8zswmz7pe8pz7cr3dj3jykyxuj4lt7nzcgwpq6mqn30llqcznc7f",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1qsfvk9c8zsw\u{200b}mz7pe8pz7cr3dj3jykyxujh4f494",
            // Litecoin.
            "LX7BBpHYU83RYgYJAQ18nMfdnWC5ReSzYU",
            "MKnPA2t7tUyBBYpUDEfmkcDD3WhxteyZzg",
            "ltc1qsfvk9c8zswmz7pe8pz7cr3dj3jykyxujnfn3a9",
            "ltc1psfvk9c8zswmz7pe8pz7cr3dj3jykyxuj4lt7nzcgwpq6mqn30llqmxagyv",
            // Ether, with and without the capitals of EIP-55.
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "Send to 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed!",
            // Tron.
            "TMrRvfMSYBvKT3umaXfZ2VJ1V5a7aAskvP",
            // Monero: address, subaddress, with payment id.
            "46ZcEMbfWi98sELTRpC4osQWP8dppeYunQFo3gPtdZpAjdAoreGWVQRgxPyVkayMbi1WAZDpPPzqCREFWqhsHUHY739RQaj",
            "87PkZjFW78Z8sELTRpC4osQWP8dppeYunQFo3gPtdZpAjdAoreGWVQRgxPyVkayMbi1WAZDpPPzqCREFWqhsHUHY739RQaj",
            "4GGHFARA7yf8sELTRpC4osQWP8dppeYunQFo3gPtdZpAjdAoreGWVQRgxPyVkayMbi1WAZDpPPzqCREFWqhsHUHY9x79icFvo5F6Jjb38G",
        ],
        WALLET,
    );
}

#[test]
fn what_only_resembles_a_wallet_address_is_left_alone() {
    assert_each(
        &[
            // One character changed.
            "1CtDvbyiPToNHsr8zG1qWLbsaHpoQPdowm",
            "3DaEr9U9wN7kP3Ya7MgRvxxoip7WsMnPeC",
            "TMrRvfMSYBvKT3umaXfZ2VJ1V5a7aAskvQ",
            "bc1qsfvk9c8zswmz7pe8pz7cr3dj3jykyxujh4f495",
            "ltc1qsfvk9c8zswmz7pe8pz7cr3dj3jykyxujnfn3aq",
            // Mixed case, which BIP 173 forbids.
            "bc1qSfvk9c8zswmz7pe8pz7cr3dj3jykyxujh4f494",
            // A transaction, a short and a longer number, a hash.
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed5aaeb6053f3e94c9b9a09f33",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
            "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            // A word as long as a Monero address that no such number begins.
            "4zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
            "https://music.example/track/3n3Ppam7vgaVa1iaRUc9Lp",
            "Lopadotemachoselachogaleokran",
        ],
        NOTHING,
    );
}

/// The examples of the IBAN Registry, release 100, in its print format.
const REGISTRY: &str = "\
AD12 0001 2030 2003 5910 0100
AE07 0331 2345 6789 0123 456
AL47 2121 1009 0000 0002 3569 8741
AT61 1904 3002 3457 3201
AZ21 NABZ 0000 0000 1370 1000 1944
BA39 1290 0794 0102 8494
BE68 5390 0754 7034
BG80 BNBG 9661 1020 3456 78
BH67 BMAG 0000 1299 1234 56
BI42 10000 10001 00003320451 81
BR18 0036 0305 0000 1000 9795 493C 1
BY13 NBRB 3600 9000 0000 2Z00 AB00
CH93 0076 2011 6238 5295 7
CR05 0152 0200 1026 2840 66
CY17 0020 0128 0000 0012 0052 7600
CZ65 0800 0000 1920 0014 5399
DE89 3704 0044 0532 0130 00
DJ21 0001 0000 0001 5400 0100 186
DK50 0040 0440 1162 43
DO28 BAGR 0000 0001 2124 5361 1324
EE38 2200 2210 2014 5685
EG38 0019 0005 0000 0000 2631 8000 2
ES91 2100 0418 4502 0005 1332
FI21 1234 5600 0007 85
FK88 SC12 3456 7890 12
FO62 6460 0001 6316 34
FR14 2004 1010 0505 0001 3M02 606
GB29 NWBK 6016 1331 9268 19
GE29 NB00 0000 0101 9049 17
GI75 NWBK 0000 0000 7099 453
GL89 6471 0001 0002 06
GR16 0110 1250 0000 0001 2300 695
GT82 TRAJ 0102 0000 0012 1002 9690
HN88 CABF 0000 0000 0002 5000 5469
HR12 1001 0051 8630 0016 0
HU42 1177 3016 1111 1018 0000 0000
IE29 AIBK 9311 5212 3456 78
IL62 0108 0000 0009 9999 999
IQ98 NBIQ 8501 2345 6789 012
IS14 0159 2600 7654 5510 7303 39
IT60 X054 2811 1010 0000 0123 456
JO94 CBJO 0010 0000 0000 0131 0003 02
KW81 CBKU 0000 0000 0000 1234 5601 01
KZ86 125K ZT50 0410 0100
LB62 0999 0000 0001 0019 0122 9114
LC55 HEMM 0001 0001 0012 0012 0002 3015
LI21 0881 0000 2324 013A A
LT12 1000 0111 0100 1000
LU28 0019 4006 4475 0000
LV80 BANK 0000 4351 9500 1
LY83 002 048 000020100120361
MC58 1122 2000 0101 2345 6789 030
MD24 AG00 0225 1000 1310 4168
ME25 5050 0001 2345 6789 51
MK07 2501 2000 0058 984
MN12 1234 1234 5678 9123
MR13 0002 0001 0100 0012 3456 753
MT84 MALT 0110 0001 2345 MTLC AST0 01S
MU17 BOMM 0101 1010 3030 0200 000M UR
NI45 BAPR 0000 0013 0000 0355 8124
NL91 ABNA 0417 1643 00
NO93 8601 1117 947
OM81 0180 0000 0129 9123 456
PK36 SCBL 0000 0011 2345 6702
PL61 1090 1014 0000 0712 1981 2874
PS92 PALS 0000 0000 0400 1234 5670 2
PT50 0002 0123 1234 5678 9015 4
QA58 DOHB 0000 1234 5678 90AB CDEF G
RO49 AAAA 1B31 0075 9384 0000
RS35 2600 0560 1001 6113 79
RU03 0445 2522 5408 1781 0538 0913 1041 9
SA03 8000 0000 6080 1016 7519
SC18 SSCB 1101 0000 0000 0000 1497 USD
SD21 2901 0501 2340 01
SE45 5000 0000 0583 9825 7466
SI56 2633 0001 2039 086
SK31 1200 0000 1987 4263 7541
SM86 U032 2509 8000 0000 0270 100
SO21 1000 0010 0100 0100 141
ST23 0001 0001 0051 8453 1014 6
SV62 CENR 0000 0000 0000 0070 0025
TL38 0080 0123 4567 8910 157
TN59 1000 6035 1835 9847 8831
TR33 0006 1005 1978 6457 8413 26
UA21 3223 1300 0002 6007 2335 6600 1
VA59 0011 2300 0012 3456 78
VG96 VPVG 0000 0123 4567 8901
XK05 1212 0123 4567 8906
YE15 CBYE 0001 0188 6123 4567 8912 34";
