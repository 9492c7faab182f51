/* The presenter's window: in step with the audience's by a channel between the two, without any server. */
"use strict";
{
  /** Bring a presenter's window to life; it may have been filled by another window. */
  window.startPresenter = (presenter, step = 1) => {
    const { document } = presenter;
    const channel = new BroadcastChannel("corridors-briefing");
    const { briefing } = document.body.dataset;
    const steps = [...document.querySelectorAll("article.step")];
    const clock = document.getElementById("clock");
    let began = Date.now();

    const show = (number) => {
      step = Math.max(1, Math.min(steps.length, number));
      steps.forEach((one, index) => (one.hidden = index + 1 !== step));
    };
    const go = (number) => {
      show(number);
      channel.postMessage({ briefing, step });
    };
    const tick = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };

    channel.addEventListener("message", ({ data }) => data.briefing === briefing && data.step && show(data.step));
    presenter.onkeydown = (key) => {
      const to = { ArrowRight: step + 1, n: step + 1, PageDown: step + 1, " ": step + 1, ArrowLeft: step - 1, p: step - 1, PageUp: step - 1, Home: 1, End: steps.length }[key.key];
      if (to === undefined || key.ctrlKey || key.altKey || key.metaKey || (key.key === " " && key.target.closest("button"))) return;
      key.preventDefault();
      go(to);
    };
    for (const button of document.querySelectorAll("[data-go]")) button.addEventListener("click", () => go(step + Number(button.dataset.go)));
    document.getElementById("restart").addEventListener("click", () => {
      began = Date.now();
      tick();
    });
    const ticking = setInterval(() => (presenter.closed ? clearInterval(ticking) : tick()), 500);
    show(step);
    channel.postMessage({ briefing, ask: true });
  };
  const { step } = document.body.dataset;
  if (step) window.startPresenter(window, Number(step));
}
