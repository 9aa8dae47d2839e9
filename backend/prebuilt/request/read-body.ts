import { NonRetryableError } from "../../errors.ts";

/** What the body of an answer is read as. `auto`: what its content type says. */
export type ResponseType = "auto" | "json" | "text" | "bytes";

/**
 * Reads the body of an answer; `null` when there is none.
 *
 * @param subject Names the answer in errors.
 * @param maxBytes What is larger is given up as soon as that is known.
 * @throws {NonRetryableError} If it is larger; an `Error`, if it is no valid JSON and should be.
 */
export async function readBody(
  response: Response,
  subject: string,
  maxBytes: number,
  as: ResponseType,
): Promise<unknown> {
  const bytes = await readBytes(response, subject, maxBytes);
  if (bytes.length === 0) return null;
  const type = response.headers.get("content-type") ?? "";
  const [kind = "", ...parameters] = type
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const readAs = as === "auto" ? typeOf(kind) : as;
  if (readAs === "bytes") return bytes;
  const text = decoderOf(parameters).decode(bytes);
  if (readAs === "text") return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${subject} with something that is no JSON, though it says so`);
  }
}

function typeOf(kind: string): ResponseType {
  if (kind === "application/json" || kind.endsWith("+json")) return "json";
  const isText = kind === "" || kind.startsWith("text/") || TEXTUAL.test(kind);
  return isText ? "text" : "bytes";
}

const TEXTUAL = /\b(?:xml|javascript|x-www-form-urlencoded|yaml|graphql|x-ndjson|sql)$/;

function decoderOf(parameters: readonly string[]): TextDecoder {
  const charset = parameters.find((each) => each.startsWith("charset="))?.slice("charset=".length);
  try {
    return new TextDecoder(charset?.replaceAll('"', "") ?? "utf-8");
  } catch {
    return new TextDecoder();
  }
}

async function readBytes(
  response: Response,
  subject: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const { body } = response;
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = Number(response.headers.get("content-length") ?? 0);
  let received = 0;
  while (length <= maxBytes) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, received);
    chunks.push(value);
    received += value.length;
    length = received;
  }
  await reader.cancel();
  throw new NonRetryableError(
    `${subject} with more than ${maxBytes} bytes: raise maxBytes, or keep large data elsewhere`,
  );
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
