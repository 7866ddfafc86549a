// Sending a study: dropped or chosen files, whole folders and ZIPs, with progress. File names stay in the browser.

import { PROOF, tell } from "./page.js";

const form = document.getElementById("upload");
if (form) prepare();

async function filesUnder(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A folder is listed in pieces of at most a hundred entries; an empty piece ends it.
    const piece = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!piece.length) return found;
    for (const child of piece) found.push(...(await filesUnder(child)));
  }
}

function sizeWords(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function prepare() {
  const drop = document.getElementById("drop");
  const pickers = [document.getElementById("pick-files"), document.getElementById("pick-folder")];
  const chosenWords = document.getElementById("chosen");
  const sending = document.getElementById("sending");
  const bar = document.getElementById("sent");
  const words = document.getElementById("sent-words");
  const send = document.getElementById("send");
  const stop = document.getElementById("stop");
  let chosen = [];

  function choose(files) {
    chosen = files.filter((file) => file.size > 0);
    const bytes = chosen.reduce((sum, file) => sum + file.size, 0);
    chosenWords.hidden = false;
    chosenWords.textContent = chosen.length
      ? `${chosen.length} ${chosen.length === 1 ? "file" : "files"}, ${sizeWords(bytes)}: ready to send`
      : "Nothing that could be sent was found there.";
    tell("");
  }

  for (const picker of pickers) {
    picker.addEventListener("change", () => choose([...picker.files]));
  }

  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const plain = [...event.dataTransfer.files];
    if (!entries.length) return choose(plain);
    try {
      choose((await Promise.all(entries.map(filesUnder))).flat());
    } catch {
      tell("A file or folder could not be read. Choose it with the button instead.");
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!chosen.length) {
      tell("Choose files first: drop them here, or use one of the buttons.");
      document.getElementById("pick-files").focus();
      return;
    }
    const body = new FormData();
    const reference = form.elements.client_reference.value.trim();
    if (reference) body.append("client_reference", reference);
    for (const file of chosen) body.append("file", file, "file");
    const request = new XMLHttpRequest();
    request.open("POST", `/dicom/${form.elements.what.value}`);
    for (const [name, value] of Object.entries(PROOF)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.addEventListener("progress", (progress) => {
      const share = progress.total ? Math.round((100 * progress.loaded) / progress.total) : 0;
      bar.value = share;
      words.textContent = share < 100 ? `Sending: ${share} %` : "Sent. The service stores the files safely…";
    });
    request.addEventListener("load", () => end(request.status < 300 ? null : request.response?.detail || refused(request)));
    request.addEventListener("error", () => end("The service cannot be reached. Nothing was kept; try again."));
    request.addEventListener("abort", () => end("Sending was stopped. Nothing was kept."));
    stop.onclick = () => request.abort();
    tell("");
    sending.hidden = false;
    send.disabled = true;
    bar.value = 0;
    words.textContent = "Sending…";
    request.send(body);

    function refused(answer) {
      return `The service answered ${answer.status}. Try again in a moment.`;
    }

    function end(problem) {
      send.disabled = false;
      stop.onclick = null;
      if (problem) {
        sending.hidden = true;
        tell(problem);
        return;
      }
      words.textContent = "Received. It is in the list below. ";
      const link = document.createElement("a");
      link.href = `/dashboard/jobs/${request.response.id}`;
      link.textContent = "Open it";
      words.append(link);
      bar.value = 100;
      chosen = [];
      chosenWords.hidden = true;
      form.reset();
    }
  });
}
