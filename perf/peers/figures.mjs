// What both have in common: where the database is, and how a figure is told to who started this.
const [host, user, database] = process.argv.slice(2);

export const connection = { host, user, database, max: 20 };
export const Seconds = 4;
export const Callers = 64;

export function tell(name, rate) {
  console.log(`${name}\t${rate.toFixed(1)}`);
}

/** How many a second `step` comes to, done by that many callers at once. It gives how many it did; 0 ends it early. */
export async function rate(callers, step) {
  const start = performance.now();
  const end = start + Seconds * 1000;
  let count = 0;
  await Promise.all(Array.from({ length: callers }, async () => {
    while (performance.now() < end) {
      const done = await step();
      if (done === 0) return;
      count += done;
    }
  }));
  return count / ((performance.now() - start) / 1000);
}
