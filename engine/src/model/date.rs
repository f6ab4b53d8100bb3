//! Civil dates, and times as texts show them.

use super::UnixNanos;

/// Days since 1970-01-01 to (year, month, day) in the proleptic Gregorian calendar.
#[must_use]
pub const fn civil_date(days: u64) -> (u64, u64, u64) {
    // Counted from 0000-03-01, so that a leap day ends its year; 400 years are 146,097 days.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + (month <= 2) as u64;
    (year, month, day)
}

/// (year, month, day) in the proleptic Gregorian calendar, from 1970 on, to days since 1970-01-01.
#[must_use]
pub const fn days_from_civil(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

/// `YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ`
#[must_use]
pub fn iso8601_nanos(ns: UnixNanos) -> String {
    let millis = iso8601_millis(ns);
    let whole = millis.get(..millis.len() - 4).unwrap_or_default();
    format!("{whole}{:09}Z", ns % 1_000_000_000)
}

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`
#[must_use]
pub fn iso8601_millis(ns: UnixNanos) -> String {
    let (seconds, millis) = (ns / 1_000_000_000, ns % 1_000_000_000 / 1_000_000);
    let (year, month, day) = civil_date(seconds / 86_400);
    let second = seconds % 86_400;
    let (hours, minutes) = (second / 3_600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{:02}.{millis:03}Z", second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_nanoseconds() {
        assert_eq!(iso8601_nanos(1_600_000_000_020_000_001), "2020-09-13T12:26:40.020000001Z");
    }

    #[test]
    fn dates_round_trip() {
        for days in (0..200_000).step_by(13) {
            let (year, month, day) = civil_date(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(civil_date(18_518), (2020, 9, 13));
        assert_eq!(civil_date(11_016), (2000, 2, 29));
    }
}
