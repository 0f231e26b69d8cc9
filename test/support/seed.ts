/**
 * The seed of a random test: the environment variable LAC_SEED, else always the same, so that a run can be repeated.
 * Printed, so that a failure names it.
 */
export function testSeed(): number {
  const given = process.env['LAC_SEED'];
  const seed = given === undefined ? 20_260_101 : Number(given);
  console.log(`seed ${seed}`);
  return seed;
}
