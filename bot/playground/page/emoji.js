// The bot's few emoji as drawings, for computers without an emoji font, where they would be empty boxes.

const DRAWINGS = {
  "📰": ["newspaper", "M4 5h12v14H6a2 2 0 0 1-2-2zM16 9h4v8a2 2 0 0 1-2 2h-2M7 9h6M7 12.5h6M7 16h4"],
  "⚠": ["warning", "M12 4 2.5 20h19zM12 10v4.5M12 17.2v.3"],
  "🗣": ["speaking", "M4 10v4h3l6 4V6l-6 4zM16.5 9a4.5 4.5 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11"],
  "🚪": ["door", "M6 20V5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v15M3.5 20h17M14.5 12v.6"],
  "📚": ["books", "M4 4h4.5v16H4zM8.5 4H13v16H8.5zM14 5.2l3.6-1L21.5 19l-3.6 1zM4 8h9"],
  "👀": ["eyes", "M7.5 6.5c2 0 3.5 2.4 3.5 5.5s-1.5 5.5-3.5 5.5S4 15.1 4 12s1.5-5.5 3.5-5.5zM16.5 6.5c2 0 3.5 2.4 3.5 5.5s-1.5 5.5-3.5 5.5S13 15.1 13 12s1.5-5.5 3.5-5.5zM8.5 13v.5M17.5 13v.5"],
};
const KNOWN = new RegExp(`(${Object.keys(DRAWINGS).join("|")})\\uFE0F?`, "u");
const hasFont = hasColourEmoji();

/** Return `text` as nodes, its emoji drawn where the computer cannot show them. */
export function textNodes(text) {
  if (hasFont || !KNOWN.test(text)) return [document.createTextNode(text)];
  return text.split(KNOWN).filter(Boolean).map((part) => (DRAWINGS[part] ? drawing(part) : document.createTextNode(part)));
}

function drawing(emoji) {
  const [name, outline] = DRAWINGS[emoji];
  const path = svg("path", { d: outline });
  return svg("svg", { viewBox: "0 0 24 24", class: "emoji", role: "img", "aria-label": name }, path);
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** An emoji drawn in black has other colours only where there is a font for it. */
function hasColourEmoji() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.font = "18px sans-serif";
  context.fillText("📰", 0, 18);
  const { data } = context.getImageData(0, 0, 24, 24);
  return data.some((value, index) => index % 4 < 3 && value > 24);
}
