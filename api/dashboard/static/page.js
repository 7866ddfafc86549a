// What every page needs: parts that change while they are looked at, actions with a question before them, local times.

const notice = document.getElementById("notice");
const announcement = document.getElementById("announcement");
const question = document.getElementById("question");

export function tell(text) {
  notice.textContent = text;
  notice.hidden = !text;
  if (text) notice.scrollIntoView({ block: "nearest" });
}

// The header proves to the service that a page of its own asks: another site cannot set it.
export const PROOF = { "X-Dashboard": "1" };

export async function explain(response) {
  const type = response.headers.get("content-type") || "";
  if (!type.includes("json")) return `The service answered ${response.status}. Try again in a moment.`;
  return (await response.json()).detail;
}

function localize(root) {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    if (!time.dataset.utc) time.dataset.utc = time.title = time.textContent;
    time.textContent = at.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  }
}

// A redrawn part keeps the reader's place: what was open stays open, and what had the focus has it again.
function show(region, html) {
  const open = [...region.querySelectorAll("details")].map((one) => one.open);
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.innerHTML = html;
  [...region.querySelectorAll("details")].forEach((one, place) => { one.open = Boolean(open[place]); });
  if (focused) document.getElementById(focused)?.focus();
  localize(region);
  const said = region.querySelector("[data-announcement]")?.dataset.announcement || "";
  if (announcement.textContent !== said) announcement.textContent = said;
  document.dispatchEvent(new CustomEvent("shown", { detail: region }));
}

const sources = [];
for (const region of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(region.dataset.live);
  sources.push(source);
  source.addEventListener("show", (event) => show(region, event.data));
  source.addEventListener("end", () => source.close());
  addEventListener("pagehide", () => source.close());
}

function confirmed(text) {
  if (!text) return Promise.resolve(true);
  document.getElementById("question-text").textContent = text;
  question.returnValue = "no";
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener("close", () => resolve(question.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-send]");
  if (!button || !(await confirmed(button.dataset.question))) return;
  const { send, to, after } = button.dataset;
  button.disabled = true;
  tell("");
  try {
    const response = await fetch(to, { method: send, headers: PROOF });
    if (!response.ok) tell(await explain(response));
    else if (after) {
      sources.forEach((source) => source.close());
      location.assign(after);
    }
    else if (!document.querySelector("[data-live]")) location.reload();
  } catch {
    tell("The service cannot be reached. Check the connection and try again.");
  }
  button.disabled = false;
});

// Escape puts the facts of a sentence away.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement?.classList.contains("sentence")) document.activeElement.blur();
});

localize(document);
