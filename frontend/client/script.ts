/** The script of the pages: functions of this program, sent as they are written. */
import { keyOf, matching, morph, morphAttributes, morphControl } from "./morph.ts";
import {
  copy,
  freshenForms,
  load,
  onChange,
  onClick,
  onSubmit,
  refresh,
  say,
  show,
  showLocalTimes,
  startPage,
  visit,
  watch,
} from "./page.ts";

const PARTS = [
  keyOf,
  matching,
  morph,
  morphAttributes,
  morphControl,
  copy,
  freshenForms,
  load,
  onChange,
  onClick,
  onSubmit,
  refresh,
  say,
  show,
  showLocalTimes,
  startPage,
  visit,
  watch,
];

/** The whole script. Names stay as they are, whatever a bundler calls the functions. */
export const SCRIPT = `"use strict";\n(() => {\n${PARTS.map(String).join("\n")}\n${startPage.name}();\n})();\n`;
