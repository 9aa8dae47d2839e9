/** Typed arrays as text, byte for byte: JSON numbers would lose `NaN`, `-0` and 64-bit integers. */
const TYPED_ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

type TypedArrayName = keyof typeof TYPED_ARRAYS;

/** Tells whether a value is one of the eleven standard typed arrays. */
export function isTypedArray(value: unknown): value is ArrayBufferView {
  if (!ArrayBuffer.isView(value)) return false;
  const name = nameOf(value);
  return isTypedArrayName(name) && Object.getPrototypeOf(value) === TYPED_ARRAYS[name].prototype;
}

/** The array's type and its bytes in base64, as `Uint8Array:AQID`. */
export function bytesToText(view: ArrayBufferView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `${nameOf(view)}:${btoa(binary)}`;
}

/** Reads what {@linkcode bytesToText} wrote. */
export function textToBytes(text: string): ArrayBufferView {
  const [name = "", content = ""] = text.split(":");
  if (!isTypedArrayName(name)) throw new TypeError(`Unknown typed array "${name}"`);
  const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
  return new TYPED_ARRAYS[name](bytes.buffer);
}

function nameOf(view: ArrayBufferView): string {
  return Object.prototype.toString.call(view).slice(8, -1);
}

function isTypedArrayName(name: string): name is TypedArrayName {
  return Object.hasOwn(TYPED_ARRAYS, name);
}
