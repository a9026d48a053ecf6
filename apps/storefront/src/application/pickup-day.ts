/** The day at the counter, `YYYY-MM-DD`: numbers restart with it. */
export const createPickupDay = (timeZone: string): ((now: Date) => string) => {
  // Sweden writes dates as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  return (now) => format.format(now);
};
