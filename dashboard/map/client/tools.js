/* Small tools that the other parts of the client share: projection, elements, days. */

// Inside the client coordinates are spherical Mercator, the whole world = 1, relative to ORIGIN, so that
// 32-bit floats of the graphics card stay exact to a fraction of a pixel.
const ORIGIN = { x: 0.65, y: 0.37 };
const DAY = 86400000;
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

const project = ([longitude, latitude]) => {
  const sine = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
  return [longitude / 360 + 0.5 - ORIGIN.x, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) - ORIGIN.y];
};

const element = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") node.textContent = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
};

const svg = (name, attributes = {}, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") node.textContent = value;
    else if (value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
};

/** Put a text into a node; the same again would lay out the page again. */
const say = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/** Once the browser has painted what was changed until now. */
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

const dayNumber = (iso) => Math.round(Date.parse(iso + "T00:00:00Z") / DAY);
const isoDay = (number) => new Date(number * DAY).toISOString().slice(0, 10);

/** The last day that a day, month or year can mean, as a day number; null if the text is none of these. */
const lastDay = (text) => {
  const match = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text.trim());
  if (!match) return null;
  const [year, month, day] = match.slice(1).map((part) => (part ? Number(part) : null));
  const date = new Date(0);
  if (day) date.setUTCFullYear(year, month - 1, day);
  else date.setUTCFullYear(month ? year : year + 1, month ? month : 0, 0);
  const valid = (!day || date.getUTCDate() === day) && (!month || date.getUTCMonth() === month - 1);
  return valid ? Math.round(date.getTime() / DAY) : null;
};

/** The nodes of a piece of HTML that our own templates made. */
const parsed = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];

/** Whether the map is a page's own, without a server: one HTML file, or a static site. */
const alone = "alone" in document.documentElement.dataset;

/** The window of the page that the viewer sees: the map's own, or the one around the component's frame. */
const host = alone ? window : window.parent;
