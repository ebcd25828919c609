// Runs examples/browser/landmarks.js for test_browser_example.py: node browser_driver.mjs LANDMARKS.JS MODEL.onnx
// A line in, a picture and a place; for every crop a line out, and what the network says of it in; a line out, all found.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [script, model] = process.argv.slice(2);
const { Detector, metadata } = await import(pathToFileURL(script));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const tell = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");
const heard = async () => JSON.parse((await lines.next()).value);

const detector = new Detector(metadata(new Uint8Array(readFileSync(model))), async (crop) => {
  tell({ crop: Buffer.from(crop).toString("base64") });
  return heard();
});
for await (const line of lines) {
  const { pixels, width, height, box, points, p } = JSON.parse(line);
  const picture = { data: Buffer.from(pixels, "base64"), width, height };
  const found = box ? await detector.atBox(picture, box)
    : points ? await detector.atPoints(picture, points) : await detector.atAll(picture);
  tell({ ...found, radii: detector.info.calibration && detector.radii(found, p) });
}
