import { BASE } from "./styles/base.ts";
import { DRAWINGS } from "./styles/drawings.ts";
import { FORMS } from "./styles/forms.ts";
import { LISTS } from "./styles/lists.ts";
import { NARROW } from "./styles/narrow.ts";
import { RUN } from "./styles/run.ts";
import { THEME } from "./styles/theme.ts";
import { VALUES } from "./styles/values.ts";

/** The style sheet of every page. */
export const STYLE = [THEME, BASE, LISTS, RUN, DRAWINGS, VALUES, FORMS, NARROW].join("\n");
