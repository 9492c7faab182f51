/* Lines that share a course are drawn side by side. */

const SHARED = 1 / 6000; // lines nearer than this (about 5 km at 42° N) share a course
const STEP = 1 / 9000;
const MOST_POSITIONS = 60000;

/** Positions at even distances along a line, each with the line's direction there. */
const walk = (part) => {
  const course = [];
  // one sense for all lines, so that "left of" means the same side for each: as a whole they run south-eastwards
  const [first, last] = [part[0], part.at(-1)];
  const sense = part.length && last[0] - first[0] + last[1] - first[1] < 0 ? -1 : 1;
  for (let index = 1; index < part.length; index += 1) {
    const [x0, y0] = part[index - 1];
    const [x1, y1] = part[index];
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (!length) continue;
    const steps = Math.max(1, Math.ceil(length / STEP));
    const [dx, dy] = [(sense * (x1 - x0)) / length, (sense * (y1 - y0)) / length];
    for (let step = index === 1 ? 0 : 1; step <= steps; step += 1)
      course.push({ x: x0 + ((x1 - x0) * step) / steps, y: y0 + ((y1 - y0) * step) / steps, dx, dy, slot: 0 });
  }
  return course;
};

const smooth = (values, reach) =>
  values.map((_, index) => {
    const near = values.slice(Math.max(0, index - reach), index + reach + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });

/** Give each line a place beside the others along the stretches that it shares with them. */
const separate = (lines) => {
  if (lines.reduce((sum, line) => sum + line.parts.reduce((all, part) => all + part.length, 0), 0) > MOST_POSITIONS) return;
  const cells = new Map();
  lines.forEach((line, order) => {
    line.courses = line.parts.map(walk);
    for (const position of line.courses.flat()) {
      const key = `${Math.floor(position.x / SHARED)},${Math.floor(position.y / SHARED)}`;
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push({ ...position, order });
    }
  });
  lines.forEach((line, order) => {
    for (const course of line.courses) {
      for (const position of course) {
        const sharing = new Map([[order, 0]]);
        const column = Math.floor(position.x / SHARED);
        const row = Math.floor(position.y / SHARED);
        for (let a = column - 1; a <= column + 1; a += 1)
          for (let b = row - 1; b <= row + 1; b += 1)
            for (const other of cells.get(`${a},${b}`) || [])
              if (other.order !== order) {
                const cosine = other.dx * position.dx + other.dy * position.dy;
                if (Math.abs(cosine) > 0.8 && Math.hypot(other.x - position.x, other.y - position.y) < SHARED)
                  sharing.set(other.order, (sharing.get(other.order) || 0) + Math.sign(cosine));
              }
        const orders = [...sharing.keys()].sort((a, b) => a - b);
        // the first of them says which side is left: they keep their sides in every bend, even one that turns back
        const sense = sharing.get(orders[0]) < 0 ? -1 : 1;
        position.slot = sense * (orders.indexOf(order) - (orders.length - 1) / 2);
      }
      for (const key of ["slot", "dx", "dy"]) {
        const even = smooth(smooth(course.map((position) => position[key]), key === "slot" ? 8 : 2), key === "slot" ? 8 : 2);
        course.forEach((position, index) => (position[key] = even[index]));
      }
    }
  });
  for (const line of lines) line.shares = line.courses.some((course) => course.some((position) => Math.abs(position.slot) > 0.05));
};

