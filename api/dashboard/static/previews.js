// Pictures of a series: the slider changes the phase, and a picture that cannot be had is replaced by words.

function prepare(root) {
  for (const figure of root.querySelectorAll("[data-pictures]")) {
    const image = figure.querySelector("img");
    const instead = figure.querySelector(".instead");
    const slider = figure.querySelector("input");
    const output = figure.querySelector("output");
    const series = image.alt.slice(image.alt.indexOf(" of "));
    const pictures = [...figure.querySelectorAll("[data-address]")];
    const missing = () => { image.hidden = true; instead.hidden = false; };
    image.addEventListener("error", missing);
    image.addEventListener("load", () => { image.hidden = false; instead.hidden = true; });
    image.decode().catch(() => image.naturalWidth || missing()); // it may have failed before this script ran
    slider?.addEventListener("input", () => {
      const picture = pictures[Number(slider.value)];
      output.textContent = picture.textContent;
      slider.setAttribute("aria-valuetext", picture.textContent);
      image.alt = picture.textContent + series;
      image.src = picture.dataset.address;
    });
  }
}

document.addEventListener("shown", (event) => prepare(event.detail));
prepare(document);
