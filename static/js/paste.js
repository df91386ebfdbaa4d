// A range copied from a spreadsheet and pasted into one cell goes to the cells at the same places from there on.
// Cells that are not open are passed over, and it is said how many; the next page lists every change.
"use strict";

const rowsOf = (text) => text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((row) => row.split("\t"));

function spread(grid, first, rows) {
  const top = Number(first.dataset.row);
  const left = Number(first.dataset.column);
  let put = 0;
  rows.forEach((row, down) => row.forEach((value, across) => {
    const cell = grid.querySelector(`[data-row="${top + down}"][data-column="${left + across}"]`);
    if (cell) {
      cell.value = value.trim();
      put += 1;
    }
  }));
  return put;
}

function said(put, whole) {
  const cells = (number) => `${number} ${number === 1 ? "cell" : "cells"}`;
  const left = whole - put;
  return `Pasted into ${cells(put)}.` + (left ? ` ${cells(left)} of the range fell where nothing is to correct and ${left === 1 ? "was" : "were"} left out.` : "");
}

for (const grid of document.querySelectorAll("[data-paste]")) {
  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    const rows = rowsOf(text);
    const whole = rows.reduce((sum, row) => sum + row.length, 0);
    if (whole < 2 || !event.target.matches("input[data-row]")) {
      return;
    }
    event.preventDefault();
    document.getElementById("pasted").textContent = said(spread(grid, event.target, rows), whole);
  });
}
