// Days, counted from today so that the tests hold in any year.

const DAY = 86_400_000;

/** @param {Date} day */
const iso = (day) => day.toISOString().slice(0, 10);

/**
 * The date so many days from today, as forms write it ("2027-03-13").
 *
 * @param {number} days
 */
export const nightIn = (days) => iso(new Date(Date.now() + days * DAY));

/**
 * The night before the next last Sunday of a month that is at least a week away: Central Europe
 * moves its clocks in the small hours of that Sunday, forward in March and back in October.
 *
 * @param {"March" | "October"} month
 */
export function nightOfClockChange(month) {
  const at = month === "March" ? 2 : 9;
  const today = new Date();
  for (let year = today.getUTCFullYear(); ; year += 1) {
    const sunday = new Date(Date.UTC(year, at, 31));
    sunday.setUTCDate(31 - sunday.getUTCDay());
    const saturday = new Date(sunday.getTime() - DAY);
    if (saturday.getTime() > today.getTime() + 7 * DAY) return iso(saturday);
  }
}
