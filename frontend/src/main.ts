import { mount } from "svelte";
import "./app.css";
import Report from "./Report.svelte";
import { watchScrollAreas } from "./scrollable";
import type { Bundle } from "./types";

const source = document.getElementById("bundle");
const target = document.getElementById("report");
if (source?.textContent && target) {
  const bundle = JSON.parse(source.textContent) as Bundle;
  target.replaceChildren();
  mount(Report, { target, props: { bundle } });
  watchScrollAreas(target);
}
