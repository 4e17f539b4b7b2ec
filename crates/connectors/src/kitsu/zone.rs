//! Where a person is, as Kitsu says it: by a name of the IANA's, or by one of those that Ruby on Rails has for them
//! (`ActiveSupport::TimeZone::MAPPING`). Most of the latter are the city of the former.

use jiff::tz::{self, TimeZone};

/// The parts of the world that the IANA's names of cities begin with.
const REGIONS: [&str; 8] =
    ["Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// The names of Rails that are not the city of the IANA's, or that of another one.
const OTHERS: [(&str, &str); 44] = [
    ("Abu Dhabi", "Asia/Muscat"),
    ("Alaska", "America/Juneau"),
    ("American Samoa", "Pacific/Pago_Pago"),
    ("Arizona", "America/Phoenix"),
    ("Atlantic Time (Canada)", "America/Halifax"),
    ("Beijing", "Asia/Shanghai"),
    ("Bern", "Europe/Zurich"),
    ("Brasilia", "America/Sao_Paulo"),
    ("Canberra", "Australia/Canberra"),
    ("Cape Verde Is.", "Atlantic/Cape_Verde"),
    ("Central America", "America/Guatemala"),
    ("Central Time (US & Canada)", "America/Chicago"),
    ("Chatham Is.", "Pacific/Chatham"),
    ("Chennai", "Asia/Kolkata"),
    ("Eastern Time (US & Canada)", "America/New_York"),
    ("Edinburgh", "Europe/London"),
    ("Ekaterinburg", "Asia/Yekaterinburg"),
    ("Georgetown", "America/Guyana"),
    ("Greenland", "America/Nuuk"),
    ("Hanoi", "Asia/Bangkok"),
    ("Hawaii", "Pacific/Honolulu"),
    ("Indiana (East)", "America/Indiana/Indianapolis"),
    ("Islamabad", "Asia/Karachi"),
    ("Kyiv", "Europe/Kiev"),
    ("Marshall Is.", "Pacific/Majuro"),
    ("Midway Island", "Pacific/Midway"),
    ("Mountain Time (US & Canada)", "America/Denver"),
    ("Mumbai", "Asia/Kolkata"),
    ("New Caledonia", "Pacific/Noumea"),
    ("New Delhi", "Asia/Kolkata"),
    ("Newfoundland", "America/St_Johns"),
    ("Nuku'alofa", "Pacific/Tongatapu"),
    ("Osaka", "Asia/Tokyo"),
    ("Pacific Time (US & Canada)", "America/Los_Angeles"),
    ("Pretoria", "Africa/Johannesburg"),
    ("Samoa", "Pacific/Apia"),
    ("Sapporo", "Asia/Tokyo"),
    ("Saskatchewan", "America/Regina"),
    ("Solomon Is.", "Pacific/Guadalcanal"),
    ("Sri Jayawardenepura", "Asia/Colombo"),
    ("St. Petersburg", "Europe/Moscow"),
    ("Tokelau Is.", "Pacific/Fakaofo"),
    ("Wellington", "Pacific/Auckland"),
    ("West Central Africa", "Africa/Algiers"),
];

/// The zone of this name; none where nobody has one of it.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    let known = tz::db();
    let other = OTHERS.iter().find(|(other, _)| *other == name);
    if let Some((_, zone)) = other {
        return known.get(zone).ok();
    }
    known.get(name).ok().or_else(|| {
        let city = name.replace(' ', "_");
        REGIONS.iter().find_map(|region| known.get(&format!("{region}/{city}")).ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Option<String> {
        zone(name).map(|zone| zone.iana_name().unwrap().to_owned())
    }

    #[test]
    fn a_zone_is_known_by_its_own_name_by_its_city_and_by_what_rails_calls_it() {
        for (name, known) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("Tokyo", "Asia/Tokyo"),
            ("Hong Kong", "Asia/Hong_Kong"),
            ("Pacific Time (US & Canada)", "America/Los_Angeles"),
            ("Samoa", "Pacific/Apia"),
            ("UTC", "UTC"),
        ] {
            assert_eq!(named(name).as_deref(), Some(known), "{name}");
        }
        assert!(["", "Atlantis", "../etc", "Europe"].map(named).iter().all(Option::is_none));
    }

    #[test]
    fn every_zone_of_the_table_is_there() {
        assert!(OTHERS.iter().all(|(name, _)| zone(name).is_some()));
    }
}
