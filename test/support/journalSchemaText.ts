import { journalSchema } from '../../src/trajectories/journalSchema';

/** Where the schema of the trajectory format ships. */
export const journalSchemaFile = 'media/data/lac-trajectory.schema.json';

export function journalSchemaText(): string {
  return `${JSON.stringify(journalSchema, null, 2)}\n`;
}
