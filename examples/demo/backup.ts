/** Copies a folder. In the demo its process is killed while it copies, and another one goes on. */
import { join } from "node:path";
import { z } from "npm:zod@4.6.7";
import { createStep, createWorkflow } from "../../backend/index.ts";
import { filesIn, fingerprintsOf, noteExecution } from "./backup-folder.ts";

const Request = z.object({ from: z.string(), to: z.string(), pauseMs: z.int().default(0) });
const Files = z.array(z.string());
const Fingerprints = z.record(z.string(), z.string());
const Summary = z.object({ files: z.int(), to: z.string() });

type Request = z.output<typeof Request>;

const listFiles = createStep({
  id: "list-files",
  description: "Lists the folder's files",
  inputSchema: Request,
  outputSchema: Files,
  execute: async ({ inputData: { from, to } }) => {
    await noteExecution(to, "list-files");
    return await filesIn(from);
  },
});

const fingerprint = createStep({
  id: "fingerprint",
  description: "Takes the fingerprint of every file",
  inputSchema: Files,
  outputSchema: Fingerprints,
  execute: async ({ inputData: files, getInitData }) => {
    const { from, to } = getInitData<Request>();
    await noteExecution(to, "fingerprint");
    return await fingerprintsOf(from, files);
  },
});

const copyFiles = createStep({
  id: "copy-files",
  description: "Copies the files one by one; copying one again does no harm",
  inputSchema: Fingerprints,
  outputSchema: Files,
  execute: async ({ inputData, getInitData, signal, log }) => {
    const { from, to, pauseMs } = getInitData<Request>();
    await noteExecution(to, "copy-files");
    const files = Object.keys(inputData);
    for (const file of files) {
      signal.throwIfAborted();
      await Deno.copyFile(join(from, file), join(to, file));
      log.info(`Copied ${file}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return files;
  },
});

const verify = createStep({
  id: "verify",
  description: "Compares the copies with the fingerprints of the originals",
  inputSchema: Files,
  outputSchema: Summary,
  execute: async ({ inputData: files, getInitData, getStepResult }) => {
    const { to } = getInitData<Request>();
    await noteExecution(to, "verify");
    const originals = getStepResult(fingerprint);
    const copies = await fingerprintsOf(to, files);
    const odd = files.filter((file) => copies[file] !== originals[file]);
    if (odd.length > 0) throw new Error(`Cannot trust the copies: ${odd.join(", ")} differ`);
    return { files: files.length, to };
  },
});

/** Copies the files of the folder `from` to the folder `to` and verifies the copies. */
export const backup = createWorkflow({
  id: "backup",
  description: "Copies a folder and verifies the copies",
  inputSchema: Request,
  outputSchema: Summary,
})
  .then(listFiles)
  .then(fingerprint)
  .then(copyFiles)
  .then(verify)
  .commit();
