import { writeFileSync } from 'node:fs';
import { journalSchemaFile, journalSchemaText } from './journalSchemaText';

writeFileSync(journalSchemaFile, journalSchemaText());
