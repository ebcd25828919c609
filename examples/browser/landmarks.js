// Landmarks, spread and radii in a browser or in node: what `predict` does with a box or points (docs/browser.md).
// Pictures are ImageData or anything like it: data (RGBA bytes, row by row), width, height. Lengths are its pixels.

const KEY = "laplace_landmarks"; // of the metadata, which is the last entry of a model file
const LEANS = 5; // degrees between a face and its crop, beyond which a look more is due
const BEYOND = 5; // times larger or smaller than the last, a crop is not believed
const MOST = 64; // samples along a crop pixel's side
// Eye centres, nose tip and mouth corners of an upright face, as ArcFace has them.
const UPRIGHT = [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]];

/** What a model file (Uint8Array) says of itself: docs/model-file.md tells the fields. */
export function metadata(file) {
  const key = new TextEncoder().encode(KEY);
  const field = [0x0a, key.length, ...key, 0x12]; // its name, then its value
  let at = file.length - field.length;
  while (at >= 0 && !field.every((byte, i) => file[at + i] === byte)) at--;
  if (at < 0) throw new Error(`no ${KEY} in its metadata: not a model file of laplace-landmarks`);
  at += field.length;
  let length = 0; // a varint, seven bits a byte
  for (let shift = 0; ; shift += 7) {
    length += (file[at] & 0x7f) * 2 ** shift;
    if (!(file[at++] & 0x80)) break;
  }
  return JSON.parse(new TextDecoder().decode(file.subarray(at, at + length)));
}

/**
 * Finds the landmarks of what lies at a place. info: of `metadata`. run: an async function that runs the network on one
 * crop, Uint8Array of size · size · 3, and gives {landmarks, spread}, numbers (2K) in crop pixels, x and y in turn.
 */
export class Detector {
  constructor(info, run) {
    Object.assign(this, { info, run, rule: info.crop, markup: info.markup });
    this.isFace = this.markup.anchors.length === 5; // only of faces is it known which way is up
  }

  /** In a tight box [x0, y0, x1, y1]; looked at again where the landmarks were found. */
  async atBox(picture, [x0, y0, x1, y1]) {
    const longer = Math.max(x1 - x0, y1 - y0), [right, down] = this.rule.box_shift;
    const [x, y] = [(x0 + x1) / 2 + right * longer, (y0 + y1) / 2 + down * longer];
    const found = await this.#look(picture, { x, y, side: longer * this.rule.box_factor, angle: 0 });
    const again = this.markup.anchors.length && !this.rule.whole_picture;
    return this.#upright(picture, again ? await this.#lookAgain(picture, found) : found);
  }

  /** Where the markup's anchor points [[x, y], ...] lie; of a face eye centres, nose tip, mouth corners. */
  async atPoints(picture, anchors) {
    return this.#upright(picture, await this.#look(picture, this.#squareOf(anchors)));
  }

  /** The whole picture, for a model of objects that fill theirs. */
  async atAll(picture) {
    return this.atBox(picture, [-0.5, -0.5, picture.width - 0.5, picture.height - 0.5]);
  }

  /** Radii (K) that hold the true landmarks with probability p. */
  radii(found, p = 0.9) {
    const { calibration } = this.info;
    if (!calibration) throw new Error(`model ${this.info.name} is not calibrated`);
    const pixel = found.square.side / this.rule.size, [own, face] = calibration.exponents;
    const spread = found.spread.map(([across, down]) => (across + down) / 2 / pixel);
    const mean = Math.max(meanOf(spread), calibration.least[1]), most = found.square.side * Math.SQRT2;
    return spread.map((each, landmark) => {
      const certain = Math.max(each, calibration.least[0]) ** own * mean ** face;
      return Math.min(factorAt(p, calibration) * calibration.scales[this.#region(landmark)] * certain * pixel, most);
    });
  }

  #region(landmark) {
    const inside = Object.entries(this.markup.regions).find(([, members]) => members.includes(landmark));
    return inside ? inside[0] : "other";
  }

  async #look(picture, square) {
    const { size } = this.rule, pixel = square.side / size, turn = axes(square.angle);
    const { landmarks, spread } = await this.run(cut(picture, square, size));
    const places = pairs(landmarks).map(([x, y]) => {
      const [right, down] = [x, y].map((value) => (value - (size - 1) / 2) * pixel);
      return [square.x + turn.c * right - turn.s * down, square.y + turn.s * right + turn.c * down];
    });
    const wide = pairs(spread).map((one) => alongPicture(one, turn).map((value) => value * pixel));
    return { square, landmarks: places, spread: wide };
  }

  async #lookAgain(picture, found) {
    const square = this.#squareOf(this.#anchorsOf(found.landmarks));
    const likely = found.square.side / BEYOND < square.side && square.side < found.square.side * BEYOND;
    return this.#look(picture, likely ? square : found.square);
  }

  /** Once more where a face turned out to lean otherwise than its crop. */
  async #upright(picture, found) {
    if (!this.isFace || this.rule.whole_picture) return found;
    const away = roll(this.#anchorsOf(found.landmarks)) - found.square.angle;
    return Math.abs(((away + 540) % 360) - 180) > LEANS ? this.#lookAgain(picture, found) : found;
  }

  #anchorsOf(landmarks) {
    return this.markup.anchors.map((group) => middle(group.map((landmark) => landmarks[landmark])));
  }

  #squareOf(anchors) {
    const angle = this.isFace ? roll(anchors) : 0, { c, s } = axes(angle);
    const across = anchors.map(([x, y]) => c * x + s * y), down = anchors.map(([x, y]) => c * y - s * x);
    const ends = [across, down].map((values) => [Math.min(...values), Math.max(...values)]);
    const [x, y] = ends.map(([low, high]) => (low + high) / 2);
    const longer = Math.max(...ends.map(([low, high]) => high - low));
    return { x: c * x - s * y, y: s * x + c * y, side: longer * this.rule.factor, angle };
  }
}

/** Degrees by which a face with these five points is turned, clockwise as one sees it; 0 where they are no face's. */
export function roll(points) {
  const [upright, face] = [UPRIGHT, points].map((some) => {
    const [x, y] = middle(some);
    return some.map((point) => [point[0] - x, point[1] - y]);
  });
  let real = 0, imaginary = 0, own = 0, whole = 0; // as complex numbers: times their quotient, upright lies nearest
  upright.forEach(([x, y], i) => {
    const [u, v] = face[i];
    real += x * u + y * v;
    imaginary += x * v - y * u;
    own += x * x + y * y;
    whole += u * u + v * v;
  });
  return (real * real + imaginary * imaginary) / own > whole / 2 ? degrees(Math.atan2(imaginary, real)) : 0;
}

/** The crop of a square {x, y, side, angle}: RGB bytes, size · size · 3. Each pixel is the mean of n · n samples. */
export function cut(picture, { x, y, side, angle }, size) {
  const n = Math.min(Math.ceil(side / size), MOST), { c, s } = axes(angle), step = side / size / n;
  const crop = new Uint8Array(size * size * 3), sample = [0, 0, 0];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0];
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < n; i++) {
          const right = (column * n + i + 0.5) * step - side / 2;
          const down = (row * n + j + 0.5) * step - side / 2;
          bilinear(picture, x + c * right - s * down, y + s * right + c * down, sample);
          for (let k = 0; k < 3; k++) sum[k] += Math.round(sample[k]);
        }
      }
      for (let k = 0; k < 3; k++) crop[(row * size + column) * 3 + k] = Math.round(sum[k] / (n * n));
    }
  }
  return crop;
}

/** Red, green and blue between pixel centres; outside the picture its edge pixels go on. */
function bilinear({ data, width, height }, x, y, rgb) {
  const left = Math.floor(x), top = Math.floor(y), across = x - left, down = y - top;
  const [x0, x1] = [left, left + 1].map((at) => Math.min(Math.max(at, 0), width - 1));
  const [y0, y1] = [top, top + 1].map((at) => Math.min(Math.max(at, 0), height - 1) * width);
  for (let k = 0; k < 3; k++) {
    const upper = data[4 * (y0 + x0) + k] * (1 - across) + data[4 * (y0 + x1) + k] * across;
    const lower = data[4 * (y1 + x0) + k] * (1 - across) + data[4 * (y1 + x1) + k] * across;
    rgb[k] = upper * (1 - down) + lower * down;
  }
}

/** A spread along a crop's axes as one along the picture's, of the same mean, so that a radius does not turn. */
function alongPicture([across, down], { c, s }) {
  const turned = [Math.hypot(c * across, s * down), Math.hypot(s * across, c * down)], sum = turned[0] + turned[1];
  return turned.map((value) => (sum ? (value * (across + down)) / sum : 0));
}

/** Of the radius that holds the truth with probability p; log factor is linear in log(-log(1 - p)) between levels. */
function factorAt(p, { levels, factors }) {
  const last = levels.length - 1;
  if (!(levels[0] <= p && p <= levels[last])) {
    throw new Error(`p must be from ${levels[0]} to ${levels[last]}, not ${p}`);
  }
  if (!last) return factors[0];
  const rarity = (level) => Math.log(-Math.log1p(-level));
  const i = Math.min(levels.findLastIndex((level) => level <= p), last - 1);
  const share = (rarity(p) - rarity(levels[i])) / (rarity(levels[i + 1]) - rarity(levels[i]));
  return factors[i] ** (1 - share) * factors[i + 1] ** share;
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const middle = (points) => [0, 1].map((way) => meanOf(points.map((point) => point[way])));
const pairs = (flat) => Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
const degrees = (radians) => (radians * 180) / Math.PI;
const axes = (angle) => ({ c: Math.cos((angle * Math.PI) / 180), s: Math.sin((angle * Math.PI) / 180) });
