// Runs model files in onnxruntime-web (WebAssembly): node onnxruntime_web.mjs MODULES CROPS SIZE COUNT MODEL...
// CROPS: COUNT × SIZE × SIZE × 3 bytes. Beside each model it writes MODEL.web: landmarks, then spread, as float32;
// the last line it prints is JSON: the version, and of each model the milliseconds of the fastest of 20 single crops.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [modules, crops, side, number, ...models] = process.argv.slice(2);
const require = createRequire(join(modules, "node_modules", "none.js"));
const ort = require("onnxruntime-web");
ort.env.wasm.numThreads = 1;
const [size, count] = [Number(side), Number(number)];
const bytes = new Uint8Array(readFileSync(crops));
const milliseconds = {};

for (const model of models) {
  const session = await ort.InferenceSession.create(new Uint8Array(readFileSync(model)), { executionProviders: ["wasm"] });
  const run = (first, last) => {
    const some = bytes.slice(first * size * size * 3, last * size * size * 3);
    const input = new ort.Tensor("uint8", some, [last - first, size, size, 3]);
    return session.run({ [session.inputNames[0]]: input }, ["landmarks", "spread"]);
  };
  const found = await run(0, count);
  const parts = ["landmarks", "spread"].map((name) => Buffer.from(new Float32Array(found[name].data).buffer));
  writeFileSync(`${model}.web`, Buffer.concat(parts));
  milliseconds[model] = Infinity;
  for (let turn = 0; turn < 20; turn++) {
    const started = performance.now();
    await run(0, 1);
    milliseconds[model] = Math.min(milliseconds[model], performance.now() - started);
  }
}
console.log(JSON.stringify({ version: ort.env.versions.web ?? ort.env.versions.common, milliseconds }));
