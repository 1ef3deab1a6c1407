// SPDX-License-Identifier: GPL-2.0-or-later
// Runs in a copy of the page of ladders: measures what a reader sees, and writes it as JSON into the
// element "measured" at the end.
"use strict";

// [red, green, blue, alpha] of a colour as getComputedStyle() writes it.
function parts(colour) {
    const found = colour.match(/[\d.]+/g).map(Number);
    return found.length === 3 ? [...found, 1] : found;
}

// One colour drawn over another.
function over(colour, ground, opacity) {
    const alpha = colour[3] * opacity;
    return [0, 1, 2].map(i => colour[i] * alpha + ground[i] * (1 - alpha));
}

// How opaque an element is, with all that it stands in.
function opacity(element) {
    let product = 1;
    for (let at = element; at; at = at.parentElement)
        product *= Number(getComputedStyle(at).opacity);
    return product;
}

// The box that was drawn last under the middle of a text; null: there is none.
function boxUnder(text, boxes) {
    const place = text.getBoundingClientRect();
    const x = (place.left + place.right) / 2, y = (place.top + place.bottom) / 2;

    return boxes.filter(box => {
        const around = box.getBoundingClientRect();
        return getComputedStyle(box).fill !== "none" &&
            box.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING &&
            around.left <= x && x <= around.right && around.top <= y && y <= around.bottom;
    }).pop() || null;
}

function measure() {
    const page = parts(getComputedStyle(document.body).backgroundColor);
    const texts = [];

    for (const picture of document.querySelectorAll("section > svg[id]")) {
        const boxes = [...picture.querySelectorAll("rect")];
        for (const text of picture.querySelectorAll("text")) {
            const box = boxUnder(text, boxes);
            const style = box && getComputedStyle(box);
            const ground = box ? over(parts(style.fill), page,
                                      opacity(box) * Number(style.fillOpacity)) : page;
            const own = getComputedStyle(text);
            texts.push([text.textContent, over(parts(own.fill), ground,
                                               opacity(text) * Number(own.fillOpacity)),
                        ground.slice(0, 3)]);
        }
    }
    for (const text of document.querySelectorAll("th, td, a, h2"))
        texts.push([text.textContent, over(parts(getComputedStyle(text).color), page,
                                           opacity(text)), page.slice(0, 3)]);
    return {inner: window.innerWidth, wide: document.documentElement.scrollWidth, page, texts,
            pictures: [...document.querySelectorAll("section > svg[id]")].map(
                picture => picture.getBoundingClientRect().width)};
}

const element = document.createElement("pre");
element.id = "measured";
element.textContent = JSON.stringify(measure());
document.body.append(element);
console.log("measured");
