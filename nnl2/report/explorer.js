// The explorer: moves between states that nnl2 computed. Nothing is trained here, and nothing is loaded.
"use strict";

const numbers = JSON.parse(document.getElementById("numbers").textContent);
const at = (id) => document.getElementById(id);
const regularizer = at("regularizer");
const strength = at("strength");

/** Give an element of a picture another path. */
function draw(id, path) {
  at(id).setAttribute("d", path);
}

/** Show what belongs to a regularizer, whatever its strength: the courses of its errors. */
function showRegularizer() {
  const ladder = numbers.ladders[regularizer.value];
  strength.max = ladder.states.length - 1;
  for (const kind of ["training", "held-out"]) {
    draw(`${kind}-line`, ladder.errors[kind].line);
    draw(`${kind}-band`, ladder.errors[kind].band);
  }
  ladder.ticks.forEach((tick, number) => {
    at(`tick-${number}`).textContent = tick.strength;
    at(`tick-${number}`).setAttribute("x", tick.place);
  });
  showState();
}

/** Show the network with the strength where the slider stands. */
function showState() {
  const ladder = numbers.ladders[regularizer.value];
  const number = Number(strength.value);
  const state = ladder.states[number];
  state.greys.forEach((path, grey) => draw(`grey-${grey}`, path));
  draw("boundary", state.boundary);
  draw("weights", state.weights);
  const place = (numbers.width * number) / Math.max(1, ladder.states.length - 1);
  draw("here", `M${place} 0V${numbers.height}`);
  at("said-strength").textContent = state.strength;
  strength.setAttribute("aria-valuetext", state.strength);
  state.facts.forEach((fact, row) => {
    at(`fact-${row}`).textContent = fact;
  });
  for (const picture of ["boundary", "errors", "weights"]) {
    at(`${picture}-picture`).setAttribute("aria-label", state.says[picture]);
  }
  announce(state.says.errors);
}

let waiting;

/** Tell a screen reader, once the slider rests. */
function announce(text) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    at("told").textContent = text;
  }, 400);
}

/** Go to the strength that is best for the regularizer by the held-out error. */
function goToBest() {
  strength.value = numbers.ladders[regularizer.value].best;
  showState();
}

regularizer.addEventListener("change", showRegularizer);
strength.addEventListener("input", showState);
at("best").addEventListener("click", goToBest);
at("moving").hidden = false;
showRegularizer();
