import { clientConformance } from "../testing/client-suite.ts";
import { DATABASE_KINDS } from "../testing/databases.ts";

for (const { name, open, isMissing } of DATABASE_KINDS) clientConformance(name, open, isMissing);
